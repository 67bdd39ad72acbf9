namespace ClaudeProxy.Accounts;

/// <summary>What one look at all accounts of a pool has found: who can be taken unseen, and who must be looked at for each request. The others rest,
/// and need not be thought of. Immutable.</summary>
/// <remarks>For requests that have tried nobody yet. It holds while nothing changes (<see cref="Epoch.Changes"/>), no rest ends and no probe is due.
/// Even so it does not hold for long: who is unremarkable again is noticed, and what this class should overlook does no harm for long.</remarks>
internal sealed class Survey
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    private readonly long _changes;
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _until;

    private Survey(Candidate[] unremarkable, int group, Remarkable[] remarkable, long changes = 0, DateTimeOffset from = default, DateTimeOffset until = default)
    {
        (Unremarkable, Group, Remarkable, _changes, _from, _until) = (unremarkable, group, remarkable, changes, from, until);
        HasLimits = Array.Exists(unremarkable, static candidate => ((AccountState)candidate).IsLimited);
    }

    /// <summary>Those that nothing is in the way of, but perhaps that they have no room, in their order; of the best group that has any.</summary>
    public Candidate[] Unremarkable { get; }

    /// <summary>Whether there is a limit to what any of them may serve at a time.</summary>
    public bool HasLimits { get; }

    /// <summary>The group they are of.</summary>
    public int Group { get; }

    /// <summary>Those of that group or better ones that must be looked at, in their order.</summary>
    public Remarkable[] Remarkable { get; }

    /// <summary>The survey by which everybody must be looked at, which always holds.</summary>
    public static Survey OfNobody(AccountState[] accounts, int[] groups) =>
        new([], int.MaxValue, [.. accounts.Select((account, index) => new Remarkable(account, groups[index], Place: 0))]);

    /// <summary>Looks at all of <paramref name="accounts"/> at <paramref name="now"/>.</summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="groups">For each its group.</param>
    /// <param name="now">The present time.</param>
    /// <param name="changes">The changes that have happened before.</param>
    /// <param name="probeInterval">How long a rate limit lasts until it is worth a probe.</param>
    public static Survey Of(AccountState[] accounts, int[] groups, DateTimeOffset now, long changes, TimeSpan probeInterval)
    {
        var best = int.MaxValue;
        for (var i = 0; i < accounts.Length; i++)
        {
            if (groups[i] < best && accounts[i].IsUnremarkable(now))
            {
                best = groups[i];
            }
        }

        var (unremarkable, remarkable, until) = (new List<Candidate>(accounts.Length), new List<Remarkable>(), DateTimeOffset.MaxValue);
        for (var i = 0; i < accounts.Length; i++)
        {
            var (account, group) = (accounts[i], groups[i]);
            if (group > best)
            {
                continue;
            }

            if (group == best && account.IsUnremarkable(now))
            {
                unremarkable.Add(account);
            }
            else if (account.RestsUntil(now, probeInterval) is var end && end > now)
            {
                until = end < until ? end : until;
            }
            else
            {
                remarkable.Add(new Remarkable(account, group, Place: unremarkable.Count));
            }
        }

        return new Survey([.. unremarkable], best, [.. remarkable], changes, now, until);
    }

    /// <summary>Whether all this is so at <paramref name="now"/>, when so many changes have happened.</summary>
    public bool HoldsAt(DateTimeOffset now, long changes) =>
        changes == _changes && now < _until && (now - _from).Duration() < s_longest; // Also where the clock was put back.
}
