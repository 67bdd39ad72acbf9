using ClaudeProxy.Accounts;

namespace ClaudeProxy.Explain;

/// <summary>Looks at the accounts of a pool and says of each why it was not picked. Not for requests that are served at once.</summary>
internal static class CandidateWalk
{
    /// <summary>A relay may have thousands of accounts, and a record has a bounded size.</summary>
    private const int MostNotes = 32;

    /// <summary>The accounts other than <paramref name="picked"/>, in the order of the configuration or source; at most 32.</summary>
    public static IReadOnlyList<CandidateNote> Others(AccountPool pool, DateTimeOffset now, string? model, TriedAccounts tried, AccountState? picked)
    {
        var set = pool.Set;
        var at = picked is null ? -1 : Array.IndexOf(set.Accounts, picked);
        var group = at < 0 ? int.MaxValue : set.Groups[at];
        var notes = new List<CandidateNote>(Math.Min(set.Accounts.Length, MostNotes));
        for (var i = 0; i < set.Accounts.Length && notes.Count < MostNotes; i++)
        {
            if (set.Accounts[i] != picked)
            {
                notes.Add(NoteOn(set.Accounts[i], set.Groups[i] > group, now, model, tried));
            }
        }

        return notes;
    }

    private static CandidateNote NoteOn(AccountState account, bool isLater, DateTimeOffset now, string? model, TriedAccounts tried)
    {
        var standing = account.StandingAt(now, model);
        var (why, isResting) = account switch
        {
            _ when tried.Contains(account) => (Skipped.Tried, false),
            _ when !account.Serves(model) => (Skipped.ModelNotAllowed, false),
            _ when standing.Tier == Tier.Unusable => (Skipped.SwitchedOff, false),
            _ when standing.Tier == Tier.RateLimited => (Skipped.RateLimited, true),
            _ when standing.Tier == Tier.CoolingDown => (Skipped.CoolingDown, true),
            _ when !account.HasRoom => (Skipped.NoRoom, false),
            _ when !account.IsUsable(now, model) => (Skipped.Probing, false),
            _ => (isLater ? Skipped.LowerPriority : Skipped.NotChosen, false),
        };
        return new CandidateNote(account.AccountId, why, isResting ? standing.Until : null, DetailOf(account, why, now));
    }

    private static string? DetailOf(AccountState account, Skipped why, DateTimeOffset now) => why switch
    {
        Skipped.SwitchedOff => RestReason.Of(account, now),

        // A rest for the model alone is not one of the account; what it failed with last is why.
        Skipped.RateLimited or Skipped.CoolingDown => RestReason.Of(account, now) ?? account.Record.LastError?.Text,
        Skipped.NoRoom => $"{account.InFlight} in flight",
        _ => null,
    };
}
