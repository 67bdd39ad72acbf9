namespace ClaudeProxy.Accounts;

/// <summary>Counts leases and cooldowns in the order they happen, so that blame has an order even within one tick of the clock; and tells the
/// time they happen at. Thread-safe.</summary>
/// <remarks>64 requests in flight that fail together are one failure: only attempts that began after a cooldown was set count against it.</remarks>
internal sealed class Epoch(TimeProvider timeProvider)
{
    private long _last;

    /// <summary>The present time.</summary>
    public DateTimeOffset Now => timeProvider.GetUtcNow();

    /// <summary>The number that was given last.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>The next number; each is greater than all before it.</summary>
    public long Next() => Interlocked.Increment(ref _last);
}
