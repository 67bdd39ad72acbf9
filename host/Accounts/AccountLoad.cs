namespace ClaudeProxy.Accounts;

/// <summary>What an account carries and may carry: the part of an <see cref="AccountState"/> that every choice looks at. Thread-safe.</summary>
/// <remarks>A class of its own because of the memory: the fields of a base class lie together. So a choice among ten thousand accounts waits for
/// one piece of memory for each, and not for four.</remarks>
internal abstract class AccountLoad(string accountId) : Candidate(accountId)
{
    private long _lastUsedTicks;
    private long _observedTicks;
    private int _inFlight;
    private int _most = int.MaxValue;
    private int _weight = 1;

    /// <inheritdoc />
    public override int Weight => _weight;

    /// <inheritdoc />
    public override int InFlight => Volatile.Read(ref _inFlight);

    /// <inheritdoc />
    public override DateTimeOffset? LastUsed =>
        Math.Max(Volatile.Read(ref _lastUsedTicks), _observedTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Whether there is a limit to how many requests it may serve at a time.</summary>
    public bool IsLimited => _most < int.MaxValue;

    /// <summary>Whether it may take one more request.</summary>
    public bool HasRoom => InFlight < _most;

    /// <summary>Whether it serves more requests than it may: its limit was lowered.</summary>
    public bool IsOverfull => InFlight > _most;

    /// <summary>Notes that it is given a request.</summary>
    public void Use(DateTimeOffset now) => Volatile.Write(ref _lastUsedTicks, now.UtcTicks);

    /// <summary>Counts one more request in flight; false if there is no room.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) > _most)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        return true;
    }

    /// <summary>Counts one request less.</summary>
    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Takes over what the operator or source says of weight, limit and last use.</summary>
    protected void Limit(Account account)
    {
        _weight = account.Weight;
        _most = account.MaxConcurrency ?? int.MaxValue;
        _observedTicks = account.Observed.LastUsed?.UtcTicks ?? 0;
    }
}
