using System.Threading.Channels;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Hosting;

/// <summary>A clock that moves only when the test says so, and tells when somebody begins to wait.</summary>
internal sealed class ObservedClock : TimeProvider
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<TimeSpan> _delays = Channel.CreateUnbounded<TimeSpan>();

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    /// <summary>How long the next one waits who waits once.</summary>
    public async Task<TimeSpan> NextDelayAsync() => await _delays.Reader.ReadAsync();

    public void Advance(TimeSpan by) => _clock.Advance(by);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (period == Timeout.InfiniteTimeSpan)
        {
            _delays.Writer.TryWrite(dueTime);
        }

        return timer;
    }
}
