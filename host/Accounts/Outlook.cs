namespace ClaudeProxy.Accounts;

/// <summary>Why nobody can serve a request now, and when somebody can.</summary>
/// <param name="AllRateLimited">Every account that may serve it is out of quota, and nothing worse.</param>
/// <param name="UsableAt">When the first one is usable again; <see langword="null"/> if no time is known.</param>
/// <param name="Accounts">How many accounts may serve it at all.</param>
/// <param name="IsOutage">None of them is usable, and one at least because its upstream could not be reached.</param>
internal sealed record Outlook(bool AllRateLimited, DateTimeOffset? UsableAt, int Accounts, bool IsOutage = false)
{
    /// <summary>The outlook for <paramref name="model"/> on <paramref name="accounts"/>.</summary>
    public static Outlook Of(IReadOnlyList<AccountState> accounts, string? model, DateTimeOffset now)
    {
        var (serving, limited, isUsable, isUnreached) = (0, 0, false, false);
        DateTimeOffset? usableAt = null;
        foreach (var account in accounts)
        {
            var standing = account.StandingAt(now, model);
            if (!account.Serves(model) || standing.Tier == Tier.Unusable)
            {
                continue;
            }

            serving++;
            limited += standing.Tier == Tier.RateLimited ? 1 : 0;
            isUsable |= standing is { Tier: Tier.Usable, IsHalfOpen: false };
            isUnreached |= account.IsUnreached;
            var at = standing.Tier == Tier.Usable ? now : standing.Until;
            usableAt = usableAt is null || at < usableAt ? at : usableAt;
        }

        return new Outlook(serving > 0 && limited == serving, usableAt, serving, isUnreached && !isUsable);
    }
}
