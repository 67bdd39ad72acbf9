using System.IO.Enumeration;

namespace ClaudeProxy.Accounts;

/// <summary>Where something stands at one moment.</summary>
/// <param name="Tier">The tier.</param>
/// <param name="Until">When it is usable again; meaningless for <see cref="Accounts.Tier.Usable"/>.</param>
/// <param name="IsHalfOpen">It rested, its time is over, and no success has confirmed it yet: one request at a time.</param>
internal readonly record struct Standing(Tier Tier, DateTimeOffset Until, bool IsHalfOpen)
{
    /// <summary>Usable without a reservation.</summary>
    public static Standing Usable => new(Tier.Usable, DateTimeOffset.MinValue, false);

    /// <summary>Where a source says that it stands for <paramref name="model"/>.</summary>
    public static Standing Of(AccountObservation observed, DateTimeOffset now, string? model) =>
        observed.UnavailableUntil is { } unavailable && unavailable > now
            ? new Standing(unavailable == DateTimeOffset.MaxValue ? Tier.Unusable : Tier.CoolingDown, unavailable, false)
        : observed.RateLimitedUntil is { } limited && limited > now ? new Standing(Tier.RateLimited, limited, false)
        : model is not null && observed.ModelsRateLimitedUntil.Count > 0 ? OfModel(model, observed, now)
        : Usable;

    /// <summary>The worse of both: the later tier, the later end, half-open if one is.</summary>
    public Standing And(Standing other) => new(
        Tier > other.Tier ? Tier : other.Tier,
        Until > other.Until ? Until : other.Until,
        IsHalfOpen || other.IsHalfOpen);

    private static Standing OfModel(string model, AccountObservation observed, DateTimeOffset now)
    {
        foreach (var (pattern, until) in observed.ModelsRateLimitedUntil)
        {
            if (until > now && FileSystemName.MatchesSimpleExpression(pattern, model))
            {
                return new Standing(Tier.RateLimited, until, false);
            }
        }

        return Usable;
    }
}
