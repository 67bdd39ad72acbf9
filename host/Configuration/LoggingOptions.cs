using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>logging</c> section.</summary>
internal sealed record LoggingOptions
{
    /// <summary><c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c> or <c>error</c>; information unless set, debug if <c>debug</c> is true.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary><c>text</c> or <c>json</c>; text unless set.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>A file to log to as well, a new one each day, 7 kept; <see langword="null"/> for none.</summary>
    public string? File { get; init; }
}
