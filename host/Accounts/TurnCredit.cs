namespace ClaudeProxy.Accounts;

/// <summary>How many turns an account that recovers may take: as others take turns it earns a share of them. Thread-safe.</summary>
/// <remarks>A credit, and not a chance: it holds for every balancer, also for one that would take a rested account at once.</remarks>
internal sealed class TurnCredit
{
    /// <summary>A balancer may let an account wait for its turn for a while; what is saved beyond this is lost, so that no burst follows a quiet time.</summary>
    private const double Most = 4;

    private readonly Lock _lock = new();
    private double _turns;
    private long _at;

    /// <summary>Whether a turn may be taken at <paramref name="turn"/>, the number of the last turn anybody took.</summary>
    /// <param name="turn">The number of the last turn.</param>
    /// <param name="share">The share of the turns since the last call that is earned.</param>
    public bool MayTake(long turn, double share)
    {
        lock (_lock)
        {
            _turns = Math.Min(Most, _turns + (Math.Max(0, turn - _at) * share));
            _at = turn;
            return _turns >= 1;
        }
    }

    /// <summary>Takes a turn.</summary>
    public void Take()
    {
        lock (_lock)
        {
            _turns--;
        }
    }
}
