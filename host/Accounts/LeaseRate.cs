namespace ClaudeProxy.Accounts;

/// <summary>How fast accounts with a limit of concurrency have become free lately. Thread-safe; two ends at the same moment may count as one.</summary>
internal sealed class LeaseRate
{
    /// <summary>Weight of the newest gap between two ends in the smoothed one.</summary>
    private const double Smoothing = 0.1;

    /// <summary>The answer while nothing is known.</summary>
    private static readonly TimeSpan s_unknown = TimeSpan.FromSeconds(5);

    private double _gap;
    private long _last;

    /// <summary>Notes that a lease ended.</summary>
    public void Ended(DateTimeOffset now)
    {
        var before = Volatile.Read(ref _last);
        Volatile.Write(ref _last, now.UtcTicks);
        if (before != 0)
        {
            // After a quiet time the gap says nothing of how long leases last.
            var gap = (double)Math.Min(now.UtcTicks - before, TimeSpan.TicksPerMinute);
            var smoothed = Volatile.Read(ref _gap);
            Volatile.Write(ref _gap, smoothed == 0 ? gap : smoothed + (Smoothing * (gap - smoothed)));
        }
    }

    /// <summary>How long <paramref name="count"/> ends will probably take.</summary>
    public TimeSpan TimeFor(int count, DateTimeOffset now)
    {
        var (gap, last) = (Volatile.Read(ref _gap), Volatile.Read(ref _last));
        return last == 0
            ? s_unknown
            : TimeSpan.FromTicks((long)(count * Math.Clamp(Math.Max(gap, now.UtcTicks - last), 0, TimeSpan.TicksPerMinute)));
    }
}
