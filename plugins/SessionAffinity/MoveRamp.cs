namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>What was moved of late, as the time it takes at the rate that is allowed. Thread-safe.</summary>
internal sealed class MoveRamp
{
    /// <summary>For so long the rate may be exceeded: one long conversation is no rush.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromSeconds(4);

    private long _until;

    /// <summary>Whether there is a rush at <paramref name="now"/>.</summary>
    public bool IsRushAt(DateTimeOffset now) => BehindAt(now) > Burst;

    /// <summary>How far the moves are ahead of the rate.</summary>
    public TimeSpan BehindAt(DateTimeOffset now) => new(Math.Max(0, Volatile.Read(ref _until) - now.UtcTicks));

    /// <summary>Adds a move that takes <paramref name="duration"/> at the rate.</summary>
    public void Add(DateTimeOffset now, TimeSpan duration)
    {
        long until;
        do
        {
            until = Volatile.Read(ref _until);
        }
        while (Interlocked.CompareExchange(ref _until, Math.Max(until, now.UtcTicks) + duration.Ticks, until) != until);
    }
}
