namespace ClaudeProxy.Abstractions;

/// <summary>A setting that a person can mend. The message is one sentence: key, value found, rule, remedy; never a secret.</summary>
public sealed class PluginSettingsException : Exception
{
    /// <summary>Says <paramref name="message"/> to the operator.</summary>
    public PluginSettingsException(string message)
        : base(message)
    {
    }

    /// <summary>Says <paramref name="message"/> to the operator, and keeps its cause for the log.</summary>
    public PluginSettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
