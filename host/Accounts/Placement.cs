namespace ClaudeProxy.Accounts;

/// <summary>An account together with the upstream it stands behind. Read as one, so that no request goes with one account's credential over
/// another one's way.</summary>
/// <param name="Account">What the operator or source says of it.</param>
/// <param name="Upstream">Its upstream.</param>
internal sealed record Placement(Account Account, UpstreamState Upstream)
{
    /// <summary>Whether the account serves every model, and its source has nothing to say against that at <paramref name="now"/>.</summary>
    public bool IsUnrestricted(DateTimeOffset now) =>
        Account.Models.Count == 0
        && (Account.Observed.ModelsRateLimitedUntil.Count == 0 || Account.Observed.ModelsRateLimitedUntil.Values.All(until => until <= now))
        && Standing.Of(Account.Observed, now, model: null) == Standing.Usable;
}
