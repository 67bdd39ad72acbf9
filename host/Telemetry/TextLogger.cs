using Microsoft.Extensions.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace ClaudeProxy.Telemetry;

/// <summary>Hands lines to Serilog that are written out already. Thread-safe.</summary>
/// <remarks>Where only the text of a line is wanted, its values need not be carried one by one to each output and written out there anew.</remarks>
internal sealed class TextLogger(Serilog.ILogger logger, LogEventLevel least, TimeProvider timeProvider) : ILogger
{
    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && LogLevels.Of(logLevel) is var level && level >= least && logger.IsEnabled(level);

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var text = formatter(state, exception);
            logger.Write(new LogEvent(timeProvider.GetLocalNow(), LogLevels.Of(logLevel), exception, new MessageTemplate(text, [new TextToken(text)]), []));
        }
    }
}
