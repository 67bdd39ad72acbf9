using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace ClaudeProxy.Telemetry;

/// <summary>The console where a file or another program reads it: lines go out together, when its writer is flushed. Not thread-safe.</summary>
/// <param name="formatter">Writes out a line.</param>
/// <param name="console">Where lines go.</param>
internal sealed class RedirectedConsole(ITextFormatter formatter, TextWriter console) : ILogEventSink
{
    /// <inheritdoc />
    public void Emit(LogEvent logEvent) => formatter.Format(logEvent, console);
}
