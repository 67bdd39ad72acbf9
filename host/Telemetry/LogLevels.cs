using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace ClaudeProxy.Telemetry;

/// <summary>The levels of a line, as the log's library calls them.</summary>
internal static class LogLevels
{
    /// <summary>That of <paramref name="level"/>.</summary>
    public static LogEventLevel Of(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
