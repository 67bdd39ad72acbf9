namespace ClaudeProxy.Plugins.Simulator;

/// <summary>A bucket that fills within a minute. Not thread-safe.</summary>
/// <param name="size">What it holds when full.</param>
/// <param name="now">When it is full for the first time.</param>
internal sealed class RateBucket(long size, DateTimeOffset now)
{
    private readonly double _perTick = (double)size / TimeSpan.TicksPerMinute;
    private double _level = size;
    private DateTimeOffset _at = now;

    /// <summary>How long it takes until it holds <paramref name="amount"/>, or is full.</summary>
    public TimeSpan TimeTo(long amount, DateTimeOffset now)
    {
        // What the arithmetic loses must not cost a second more.
        var missing = Math.Min(amount, size) - LevelAt(now) - 1e-6;
        return missing > 0 ? TimeSpan.FromTicks((long)Math.Ceiling(missing / _perTick)) : TimeSpan.Zero;
    }

    /// <summary>Takes out <paramref name="amount"/>; the level may fall below zero.</summary>
    public void Spend(long amount, DateTimeOffset now) => (_level, _at) = (LevelAt(now) - amount, now);

    /// <summary>Where it stands.</summary>
    public BucketStanding StandingAt(DateTimeOffset now)
    {
        var level = LevelAt(now);
        return new BucketStanding(size, (long)Math.Max(0, level), now + TimeSpan.FromTicks((long)((size - level) / _perTick)));
    }

    private double LevelAt(DateTimeOffset now) => Math.Min(size, _level + ((now - _at).Ticks * _perTick));
}
