namespace ClaudeProxy.Failover;

/// <summary>Where requests wait that nobody can serve at the moment: an outage of seconds is better waited out than passed on. Thread-safe.</summary>
internal sealed class WaitingRoom(TimeProvider timeProvider, Random random)
{
    /// <summary>Between two looks of one request whether somebody can serve it again, at most; half of that on average.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(50);

    private int _waiting;
    private long _lastServed;

    /// <summary>Requests that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Lets one more request in, if fewer than <paramref name="most"/> wait.</summary>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _waiting) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    /// <summary>One request waits no longer.</summary>
    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>Notes that a request has been served.</summary>
    public void NoteServed() => Volatile.Write(ref _lastServed, timeProvider.GetTimestamp());

    /// <summary>Whether any request has been served after <paramref name="timestamp"/>: then trying again does not add to an outage.</summary>
    public bool HasServedSince(long timestamp) => Volatile.Read(ref _lastServed) > timestamp;

    /// <summary>Waits a random while, so that those who wait do not come back together.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        var pause = s_longestPause * random.NextDouble();
        return Task.Delay(pause > s_shortestPause ? pause : s_shortestPause, timeProvider, cancellationToken);
    }
}
