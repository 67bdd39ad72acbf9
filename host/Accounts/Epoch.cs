namespace ClaudeProxy.Accounts;

/// <summary>Counts leases and cooldowns in the order they happen, so that blame has an order even within one tick of the clock; and tells the
/// time they happen at. Thread-safe.</summary>
/// <remarks>64 requests in flight that fail together are one failure: only attempts that began after a cooldown was set count against it.</remarks>
internal sealed class Epoch(TimeProvider timeProvider)
{
    private long _last;
    private long _changes;

    /// <summary>The present time.</summary>
    public DateTimeOffset Now => timeProvider.GetUtcNow();

    /// <summary>The number that was given last.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>How often something has changed, other than by the mere passing of time, in what is in the way of requests.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>The next number; each is greater than all before it.</summary>
    public long Next() => Interlocked.Increment(ref _last);

    /// <summary>Says that something has come into the way of requests, or has gone out of it: whoever knows only the time before looks again.
    /// Called after the change, never before it.</summary>
    public void Changed() => Interlocked.Increment(ref _changes);
}
