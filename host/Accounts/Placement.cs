namespace ClaudeProxy.Accounts;

/// <summary>An account together with the upstream it stands behind. Read as one, so that no request goes with one account's credential over
/// another one's way.</summary>
/// <param name="Account">What the operator or source says of it.</param>
/// <param name="Upstream">Its upstream.</param>
internal sealed record Placement(Account Account, UpstreamState Upstream)
{
    /// <summary>Whether the account serves any model and any number of requests, and its source has nothing to say against it.</summary>
    public bool IsUnrestricted { get; } =
        Account is { Models.Count: 0, MaxConcurrency: null, Observed: { UnavailableUntil: null, RateLimitedUntil: null, ModelsRateLimitedUntil.Count: 0 } };
}
