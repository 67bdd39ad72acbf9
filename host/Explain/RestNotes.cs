using ClaudeProxy.Accounts;

namespace ClaudeProxy.Explain;

/// <summary>Tells what rests after an attempt, and until when.</summary>
internal static class RestNotes
{
    /// <summary>What <paramref name="penalty"/> let rest, and the upstream, if it rests too.</summary>
    /// <param name="lease">The attempt's lease.</param>
    /// <param name="penalty">What the policy wanted to rest, or <see langword="null"/>.</param>
    /// <param name="now">The present time: what has ended is not told.</param>
    public static IReadOnlyList<RestNote> After(Lease lease, Penalty? penalty, DateTimeOffset now)
    {
        if (penalty is null)
        {
            return [];
        }

        var notes = new List<RestNote>(2);
        if (penalty.Scope != Scope.Upstream)
        {
            Add(notes, penalty.Scope, WhomOf(lease, penalty.Scope), lease.Account.StandingAt(now, lease.Model));
        }

        Add(notes, Scope.Upstream, lease.Upstream.Key.ToString(), lease.Upstream.Cooldown.StandingAt(now));
        return notes;
    }

    private static string WhomOf(Lease lease, Scope scope) => scope switch
    {
        Scope.AccountModel => $"{lease.Account.AccountId} for {lease.Model ?? "every model"}",
        Scope.Account => lease.Account.AccountId,
        _ => $"{lease.Account.AccountId} with its {scope.ToString().ToLowerInvariant()}",
    };

    private static void Add(List<RestNote> notes, Scope scope, string whom, Standing standing)
    {
        if (standing.Tier is Tier.RateLimited or Tier.CoolingDown)
        {
            notes.Add(new RestNote(scope, whom, standing.Until));
        }
    }
}
