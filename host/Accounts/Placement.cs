namespace ClaudeProxy.Accounts;

/// <summary>An account together with the upstream it stands behind. Read as one, so that no request goes with one account's credential over
/// another one's way.</summary>
/// <param name="Account">What the operator or source says of it.</param>
/// <param name="Upstream">Its upstream.</param>
internal sealed record Placement(Account Account, UpstreamState Upstream)
{
    private readonly bool _isNeverRestricted =
        Account is { Models.Count: 0, Observed: { UnavailableUntil: null, RateLimitedUntil: null, ModelsRateLimitedUntil.Count: 0 } };

    /// <summary>Whether the account serves every model, and its source has nothing to say against that at <paramref name="now"/>.</summary>
    public bool IsUnrestricted(DateTimeOffset now) => _isNeverRestricted || (Account.Models.Count == 0 && IsPast(Account.Observed, now));

    private static bool IsPast(AccountObservation observed, DateTimeOffset now) =>
        Standing.Of(observed, now, model: null) == Standing.Usable && observed.ModelsRateLimitedUntil.Values.All(until => until <= now);
}
