using ClaudeProxy.Accounts;

namespace ClaudeProxy.Explain;

/// <summary>Why an account as a whole rests or is switched off.</summary>
internal static class RestReason
{
    /// <summary>For people, never secret; <see langword="null"/> if it is usable, or nobody said.</summary>
    public static string? Of(AccountState account, DateTimeOffset now) =>
        account.Disabled
        ?? account.SwitchedOff
        ?? Running(account.Cooldown.Fault, now)
        ?? Running(account.Cooldown.Limit, now)
        ?? (Running(account.Upstream.Cooldown.Fault ?? account.Upstream.Cooldown.Limit, now) is { } upstream ? $"upstream: {upstream}" : null)
        ?? (account.Allowances.StandingAt(now, model: null).Tier == Tier.Usable ? null : "its limits are used up")
        ?? (account.StandingAt(now, model: null).Tier == Tier.Usable ? null : account.Account.Observed.Reason);

    private static string? Running(Rest? rest, DateTimeOffset now) => rest is not null && rest.Until > now ? rest.Reason : null;
}
