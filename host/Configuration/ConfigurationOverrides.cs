namespace ClaudeProxy.Configuration;

/// <summary>What the command line says, as it was typed; it outdoes the environment and the file.</summary>
internal sealed record ConfigurationOverrides
{
    /// <summary>Nothing said.</summary>
    public static ConfigurationOverrides None { get; } = new();

    /// <summary>The text of <c>--host</c>, or <see langword="null"/>.</summary>
    public string? Host { get; init; }

    /// <summary>The text of <c>--port</c>, or <see langword="null"/>.</summary>
    public string? Port { get; init; }

    /// <summary>The text of <c>--log-level</c>, or <see langword="null"/>.</summary>
    public string? LogLevel { get; init; }
}
