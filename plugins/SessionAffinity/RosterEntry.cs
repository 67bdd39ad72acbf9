namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>What is remembered of one account. Thread-safe.</summary>
/// <param name="accountId">The account's id.</param>
internal sealed class RosterEntry(string accountId)
{
    private int _work;
    private bool _isOverused;

    /// <summary>The account's id.</summary>
    public string AccountId { get; } = accountId;

    /// <summary>What it was given of late, as <see cref="Roster.Count"/> counts it.</summary>
    public int Work => Volatile.Read(ref _work);

    /// <summary>Whether it was found to have been given clearly more than is its share.</summary>
    public bool IsOverused
    {
        get => Volatile.Read(ref _isOverused);
        set => Volatile.Write(ref _isOverused, value);
    }

    /// <summary>What was moved to it of late.</summary>
    public MoveRamp Moves { get; } = new();

    /// <summary>Adds <paramref name="work"/>, and says how much that makes.</summary>
    public int Add(int work) => Interlocked.Add(ref _work, work);

    /// <summary>Forgets half of the work, and what was made of it. Some that is added meanwhile may be lost, which does no harm.</summary>
    public void Fade()
    {
        Volatile.Write(ref _work, Work / 2);
        IsOverused = false;
    }
}
