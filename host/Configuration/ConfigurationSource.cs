namespace ClaudeProxy.Configuration;

/// <summary>Where the options come from: read at the start, and again each time they may have changed.</summary>
/// <param name="Path">The configuration file as the operator gave it, or <see langword="null"/> if none is needed.</param>
/// <param name="Environment">The environment variables.</param>
/// <param name="Overrides">What the command line says.</param>
internal sealed record ConfigurationSource(string? Path, IReadOnlyDictionary<string, string> Environment, ConfigurationOverrides Overrides)
{
    /// <summary>Whether the environment alone says everything, as it does for the Claude middleware; else, without a file, it is the demo.</summary>
    public bool IsRelay { get; init; }

    /// <summary>Reads the options as they stand now.</summary>
    /// <exception cref="ConfigurationException">With every fault found.</exception>
    public ProxyOptions Read() =>
        Path is not null ? ConfigurationReader.Read(Path, Environment, Overrides)
        : IsRelay ? ConfigurationReader.ForRelay(Environment, Overrides)
        : ConfigurationReader.ForDemo(Environment, Overrides);
}
