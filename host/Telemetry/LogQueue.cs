using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace ClaudeProxy.Telemetry;

/// <summary>Lines on their way to the outputs, written together a few times a second by a task of their own, so that no request waits for a disk and a
/// busy proxy is not busy with its log. Thread-safe. Dispose it to write what is left.</summary>
/// <remarks>The first line after a silence is written at once.</remarks>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    /// <summary>Lines that may wait to be written; beyond that the newest are dropped rather than requests held up.</summary>
    private const int MostWaiting = 50_000;

    private static readonly TimeSpan s_betweenWrites = TimeSpan.FromMilliseconds(100);

    private readonly Channel<LogEvent> _lines =
        Channel.CreateBounded<LogEvent>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource _closing = new();
    private readonly Logger _outputs;
    private readonly TextWriter? _console;
    private readonly TimeProvider _timeProvider;
    private readonly Task _writing;

    /// <summary>Starts, with nothing to write.</summary>
    /// <param name="outputs">Where lines go; disposed with this.</param>
    /// <param name="console">What is flushed when lines that came together are written, or <see langword="null"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    public LogQueue(Logger outputs, TextWriter? console, TimeProvider timeProvider)
    {
        _outputs = outputs;
        _console = console;
        _timeProvider = timeProvider;
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

            Flush();
            await Task.Delay(s_betweenWrites, _timeProvider, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
