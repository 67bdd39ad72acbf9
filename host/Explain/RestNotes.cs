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
        var account = lease.Account;
        switch (penalty.Scope)
        {
            case Scope.Account:
                Add(notes, Scope.Account, account.AccountId, account.Cooldown, now);
                break;
            case Scope.AccountModel:
                var ofModel = lease.Model is null ? account.Cooldown : account.FindCooldownFor(lease.Model);
                Add(notes, Scope.AccountModel, $"{account.AccountId} for {lease.Model ?? "every model"}", ofModel, now);
                break;
            case Scope.Workspace:
                Add(notes, Scope.Workspace, $"{account.AccountId} and its workspace", account.Cooldown, now);
                break;
        }

        Add(notes, Scope.Upstream, lease.Upstream.Key.ToString(), lease.Upstream.Cooldown, now);
        return notes;
    }

    private static void Add(List<RestNote> notes, Scope scope, string whom, Cooldown? cooldown, DateTimeOffset now)
    {
        if (cooldown?.StandingAt(now) is { Tier: not Tier.Usable } standing)
        {
            notes.Add(new RestNote(scope, whom, standing.Until));
        }
    }
}
