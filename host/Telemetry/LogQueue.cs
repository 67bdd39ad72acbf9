using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ClaudeProxy.Telemetry;

/// <summary>Lines on their way to the outputs, written together a few times a second by a task of their own, so that no request waits for a disk and a
/// busy proxy is not busy with its log. Thread-safe. Dispose it to write what is left.</summary>
/// <remarks>The first line after a silence is written at once.</remarks>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    /// <summary>Lines that may wait to be written; beyond that the newest are dropped, and counted, rather than requests held up.</summary>
    private const int MostWaiting = 50_000;

    private static readonly TimeSpan s_betweenWrites = TimeSpan.FromMilliseconds(100);

    private static readonly MessageTemplate s_missing =
        new MessageTemplateParser().Parse("{Lines} lines are missing here: they came faster than they could be written. Log less (logging.level), or to a faster disk.");

    private readonly Channel<LogEvent> _lines;
    private readonly CancellationTokenSource _closing = new();
    private readonly Logger _outputs;
    private readonly TextWriter? _console;
    private readonly TimeProvider _timeProvider;
    private readonly Task _writing;
    private int _missing;

    /// <summary>Starts, with nothing to write.</summary>
    /// <param name="outputs">Where lines go; disposed with this.</param>
    /// <param name="console">What is flushed when lines that came together are written, or <see langword="null"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    public LogQueue(Logger outputs, TextWriter? console, TimeProvider timeProvider)
    {
        _outputs = outputs;
        _console = console;
        _timeProvider = timeProvider;
        _lines = Channel.CreateBounded<LogEvent>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _missing));
        _writing = Task.Run(WriteAllAsync);
    }

    /// <inheritdoc />
    public void Emit(LogEvent logEvent) => _lines.Writer.TryWrite(logEvent);

    /// <inheritdoc />
    public void Dispose()
    {
        if (_lines.Writer.TryComplete())
        {
            _closing.Cancel();
            _writing.GetAwaiter().GetResult();
            _outputs.Dispose();
            _closing.Dispose();
        }
    }

    private async Task WriteAllAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out var line))
            {
                _outputs.Write(line);
            }

            TellWhatIsMissing();
            Flush();
            await Task.Delay(s_betweenWrites, _timeProvider, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void TellWhatIsMissing()
    {
        if (Interlocked.Exchange(ref _missing, 0) is > 0 and var lines)
        {
            LogEventProperty[] properties = [new("Lines", new ScalarValue(lines))];
            _outputs.Write(new LogEvent(_timeProvider.GetLocalNow(), LogEventLevel.Warning, exception: null, s_missing, properties));
        }
    }

    private void Flush()
    {
        try
        {
            _console?.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Nobody reads the console any more; the file goes on.
        }
    }
}
