namespace ClaudeProxy.Configuration;

/// <summary>The configuration cannot be used. Holds every fault found, each a sentence with file, key, value, rule and remedy.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>A configuration with one fault.</summary>
    public ConfigurationException(string fault)
        : this([fault])
    {
    }

    /// <summary>The faults, at least one.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
