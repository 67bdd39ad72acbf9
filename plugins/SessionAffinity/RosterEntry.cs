namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>What is remembered of one account. Thread-safe.</summary>
/// <param name="accountId">The account's id.</param>
internal sealed class RosterEntry(string accountId)
{
    private int _picks;
    private bool _isOverused;

    /// <summary>The account's id.</summary>
    public string AccountId { get; } = accountId;

    /// <summary>Its number for <see cref="Rendezvous"/>.</summary>
    public ulong Hash { get; } = Rendezvous.HashOf(accountId);

    /// <summary>How often it was picked of late.</summary>
    public int Picks => Volatile.Read(ref _picks);

    /// <summary>Whether it was found to be picked clearly more often than is its share.</summary>
    public bool IsOverused
    {
        get => Volatile.Read(ref _isOverused);
        set => Volatile.Write(ref _isOverused, value);
    }

    /// <summary>What was moved to it of late.</summary>
    public MoveRamp Moves { get; } = new();

    /// <summary>Whether it is the entry of that account; the host gives the same string again and again.</summary>
    public bool IsFor(string accountId) => ReferenceEquals(AccountId, accountId) || AccountId == accountId;

    /// <summary>Counts a pick, and says how many that makes.</summary>
    public int Count() => Interlocked.Increment(ref _picks);

    /// <summary>Forgets half of the picks, and what was made of them. One that is counted meanwhile may be lost, which does no harm.</summary>
    public void Fade()
    {
        Volatile.Write(ref _picks, Picks / 2);
        IsOverused = false;
    }
}
