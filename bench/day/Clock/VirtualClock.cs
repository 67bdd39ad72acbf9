namespace ClaudeProxy.Day.Clock;

/// <summary>A clock that stands still until it is told to go on to the next timer. For one thread.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<(VirtualTimer Timer, long Setting), (long At, long Order)> _timers = new();
    private long _now = start.UtcTicks;
    private long _order;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => new(_now, TimeSpan.Zero);

    /// <inheritdoc />
    public override long GetTimestamp() => _now;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Goes on to the next timer and fires it; false if there is none.</summary>
    public bool FireNext()
    {
        while (_timers.TryDequeue(out var next, out var due))
        {
            if (next.Timer.IsSet(next.Setting))
            {
                _now = Math.Max(_now, due.At);
                next.Timer.Fire();
                return true;
            }
        }

        return false;
    }

    private sealed class VirtualTimer(VirtualClock clock, Action fire) : ITimer
    {
        private long _setting;
        private TimeSpan _period;

        public bool IsSet(long setting) => _setting == setting;

        public void Fire()
        {
            if (_period > TimeSpan.Zero)
            {
                Set(_period);
            }
            else
            {
                _setting++;
            }

            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            if (dueTime >= TimeSpan.Zero)
            {
                Set(dueTime);
            }
            else
            {
                _setting++;
            }

            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        // Those of the same moment fire in the order in which they were set.
        private void Set(TimeSpan dueTime) => clock._timers.Enqueue((this, ++_setting), (clock._now + dueTime.Ticks, clock._order++));
    }
}
