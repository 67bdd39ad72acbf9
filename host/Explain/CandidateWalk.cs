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
                var why = WhyNot(set.Accounts[i], now, model, tried) ?? (set.Groups[i] > group ? Skipped.LowerPriority : WhyNotChosen(set.Accounts[i], now, model, pool));
                notes.Add(NoteOn(set.Accounts[i], why, now, model));
            }
        }

        return notes;
    }

    /// <summary>Why it could not be picked, or <see langword="null"/> if it could.</summary>
    private static Skipped? WhyNot(AccountState account, DateTimeOffset now, string? model, TriedAccounts tried) =>
        tried.Contains(account) ? Skipped.Tried
        : !account.Serves(model) ? Skipped.ModelNotAllowed
        : account.StandingAt(now, model).Tier switch
        {
            Tier.Unusable => Skipped.SwitchedOff,
            Tier.RateLimited => Skipped.RateLimited,
            Tier.CoolingDown => Skipped.CoolingDown,
            _ => !account.HasRoom ? Skipped.NoRoom : account.IsUsable(now, model) ? null : Skipped.Probing,
        };

    private static Skipped WhyNotChosen(AccountState account, DateTimeOffset now, string? model, AccountPool pool) =>
        account.Allowances.IsLow(now, model) ? Skipped.NearLimit
        : account.RecoveredShareAt(now, model, pool.Options.Recovery.RampUp) < 1 ? Skipped.Recovering
        : Skipped.NotChosen;

    private static CandidateNote NoteOn(AccountState account, Skipped why, DateTimeOffset now, string? model)
    {
        var isResting = why is Skipped.RateLimited or Skipped.CoolingDown;
        return new CandidateNote(account.AccountId, why, isResting ? account.StandingAt(now, model).Until : null, DetailOf(account, why, now));
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
