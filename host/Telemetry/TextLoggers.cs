using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace ClaudeProxy.Telemetry;

/// <summary>Makes the loggers of lines that are only read as text. Thread-safe.</summary>
internal sealed class TextLoggers(Serilog.ILogger logger, TimeProvider timeProvider) : ILoggerFactory
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) =>
        new TextLogger(logger, categoryName.StartsWith("Microsoft", StringComparison.Ordinal) ? LogEventLevel.Warning : LogEventLevel.Verbose, timeProvider);

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">Always: there is one output.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
