namespace ClaudeProxy.Accounts;

/// <summary>What has been learnt of an upstream: whether it can be reached. Thread-safe.</summary>
internal sealed class UpstreamState(UpstreamKey key, Epoch epoch)
{
    private readonly Lock _lock = new();
    private string? _firstUnreached;
    private long _recoveredAt;

    /// <summary>Which upstream this is.</summary>
    public UpstreamKey Key { get; } = key;

    /// <summary>Its rests; all accounts behind it share them.</summary>
    public Cooldown Cooldown { get; } = new(epoch);

    /// <summary>When it last came back after a rest of its own; 0 if never. Faults of reaching it that are older mean nothing any more.</summary>
    public long RecoveredAt => Volatile.Read(ref _recoveredAt);

    /// <summary>Notes that <paramref name="accountId"/> could not reach it. True if another account could not either, with no answer
    /// in between, or if it has been unreachable already: then it is not the account, it is the upstream.</summary>
    public bool CouldNotBeReached(string accountId)
    {
        lock (_lock)
        {
            _firstUnreached ??= accountId;
            return _firstUnreached != accountId || Cooldown.Fault is not null;
        }
    }

    /// <summary>Notes that it answered, whatever the answer, to an attempt that began at <paramref name="attemptBegan"/>. True if that ended a rest.</summary>
    public bool Answered(long attemptBegan)
    {
        if (Volatile.Read(ref _firstUnreached) is null && Cooldown.Fault is null && Cooldown.Limit is null)
        {
            return false;
        }

        lock (_lock)
        {
            _firstUnreached = null;
        }

        var recovered = Cooldown.Succeed(attemptBegan);
        if (recovered)
        {
            Volatile.Write(ref _recoveredAt, epoch.Next());
            epoch.Changed();
        }

        return recovered;
    }
}
