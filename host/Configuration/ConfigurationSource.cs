namespace ClaudeProxy.Configuration;

/// <summary>Where the options come from: read at the start, and again each time they may have changed.</summary>
/// <param name="Path">The configuration file as the operator gave it, or <see langword="null"/> for the demo, which needs none.</param>
/// <param name="Environment">The environment variables.</param>
/// <param name="Overrides">What the command line says.</param>
internal sealed record ConfigurationSource(string? Path, IReadOnlyDictionary<string, string> Environment, ConfigurationOverrides Overrides)
{
    /// <summary>Reads the options as they stand now.</summary>
    /// <exception cref="ConfigurationException">With every fault found.</exception>
    public ProxyOptions Read() =>
        Path is null ? ConfigurationReader.ForDemo(Environment, Overrides) : ConfigurationReader.Read(Path, Environment, Overrides);
}
