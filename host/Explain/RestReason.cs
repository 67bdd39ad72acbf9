using ClaudeProxy.Accounts;

namespace ClaudeProxy.Explain;

/// <summary>Why an account rests or is switched off.</summary>
internal static class RestReason
{
    /// <summary>For people, never secret; <see langword="null"/> if it is usable, or nobody said.</summary>
    public static string? Of(AccountState account, DateTimeOffset now, string? model = null) =>
        account.Disabled
        ?? account.SwitchedOff
        ?? Running(account.Cooldown.Fault, now)
        ?? Running(account.Cooldown.Limit, now)
        ?? Prefixed("upstream", account.Upstream.Cooldown, now)
        ?? (account.FindCooldownFor(model) is { } ofModel ? Prefixed(model!, ofModel, now) : null)
        ?? (account.StandingAt(now, model).Tier == Tier.Usable ? null : account.Account.Observed.Reason);

    private static string? Prefixed(string whose, Cooldown cooldown, DateTimeOffset now) =>
        (Running(cooldown.Fault, now) ?? Running(cooldown.Limit, now)) is { } reason ? $"{whose}: {reason}" : null;

    private static string? Running(Rest? rest, DateTimeOffset now) => rest is not null && rest.Until > now ? rest.Reason : null;
}
