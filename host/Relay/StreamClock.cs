using System.IO.Pipelines;
using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Relay;

/// <summary>The two clocks of an answer on its way: its upstream may be silent for so long and no longer, and the client of a stream gets a
/// sign of life whenever nothing has been sent to it for a while. Thread-safe.</summary>
/// <remarks>One timer serves both, and an event sets none: it notes the time, and the timer looks at what was noted when it fires.</remarks>
internal sealed class StreamClock : IAsyncDisposable
{
    private readonly UpstreamAnswer _answer;
    private readonly PipeWriter _client;
    private readonly TimeSpan _idle;
    private readonly TimeSpan _keepAlive;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private Task _sign = Task.CompletedTask;
    private long? _waitingSince;
    private long _sentAt;
    private bool _mayWrite;
    private bool _isOver;

    /// <summary>Begins to run with the first <see cref="Wait"/>.</summary>
    /// <param name="answer">The answer; it is ended when its upstream has been silent for too long.</param>
    /// <param name="client">Where signs of life are written to.</param>
    /// <param name="idle">How long the upstream may be silent.</param>
    /// <param name="keepAlive">How long the client may hear nothing; zero for no signs of life.</param>
    /// <param name="timeProvider">The clock.</param>
    public StreamClock(UpstreamAnswer answer, PipeWriter client, TimeSpan idle, TimeSpan keepAlive, TimeProvider timeProvider)
    {
        (_answer, _client, _idle, _timeProvider) = (answer, client, idle, timeProvider);
        _keepAlive = answer.Events is null || keepAlive == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : keepAlive;
        _sentAt = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(static clock => ((StreamClock)clock!).Look(), this, Least(idle, _keepAlive), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The upstream is waited for from now on; meanwhile the client may be written to.</summary>
    public void Wait()
    {
        lock (_lock)
        {
            _waitingSince = _timeProvider.GetTimestamp();
            _mayWrite = true;
        }
    }

    /// <summary>The relay writes to the client again: a sign of life that is just being sent is waited for.</summary>
    public Task TakeBackClientAsync()
    {
        lock (_lock)
        {
            _mayWrite = false;
            return _sign;
        }
    }

    /// <summary>The upstream is no longer waited for: a client that takes its time is none of its silence.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _waitingSince = null;
        }
    }

    /// <summary>Something has been sent to the client.</summary>
    public void Sent() => _sentAt = _timeProvider.GetTimestamp();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Task sign;
        lock (_lock)
        {
            (_isOver, sign) = (true, _sign);
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await sign.ConfigureAwait(false);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;

    private void Look()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            var silent = _waitingSince is { } since ? _timeProvider.GetElapsedTime(since) : TimeSpan.Zero;
            if (silent >= _idle)
            {
                _answer.Clock.Cancel();
                return;
            }

            var next = _idle - silent;
            if (_keepAlive != Timeout.InfiniteTimeSpan)
            {
                var quiet = _timeProvider.GetElapsedTime(_sentAt);
                if (quiet >= _keepAlive && _mayWrite && _sign.IsCompleted)
                {
                    _sign = SignAsync();
                    _sentAt = _timeProvider.GetTimestamp();
                }

                next = Least(next, quiet < _keepAlive ? _keepAlive - quiet : _keepAlive);
            }

            _timer.Change(next, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SignAsync()
    {
        try
        {
            await _client.WriteAsync(SignOfLife.For(_answer.Events!)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client has left, which the relay learns by itself.
        }
    }
}
