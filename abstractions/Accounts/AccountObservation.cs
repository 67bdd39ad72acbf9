using System.Collections.ObjectModel;

namespace ClaudeProxy.Abstractions;

/// <summary>What an account source knows of an account's present state. The host puts it together with what it saw itself.</summary>
/// <remarks>Immutable, thread-safe. A newer observation replaces the older one whole.</remarks>
public sealed record AccountObservation
{
    /// <summary>Nothing observed.</summary>
    public static AccountObservation None { get; } = new();

    /// <summary>When somebody last used the account, or <see langword="null"/> if never or unknown.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>End of a rate limit (tier 2), or <see langword="null"/> for none. A time in the past means none.</summary>
    public DateTimeOffset? RateLimitedUntil { get; init; }

    /// <summary>Ends of rate limits for single models (tier 2), by the model's name, in which <c>*</c> stands for any text; case does not
    /// count. Empty unless set. A time in the past means none.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> ModelsRateLimitedUntil { get; init; } = ReadOnlyDictionary<string, DateTimeOffset>.Empty;

    /// <summary>End of another trouble (tier 3), or <see langword="null"/> for none. A time in the past means none.
    /// <see cref="DateTimeOffset.MaxValue"/> means: not before the source says otherwise; such an account is never used.</summary>
    public DateTimeOffset? UnavailableUntil { get; init; }

    /// <summary>Why, for people, or <see langword="null"/>. Never secret.</summary>
    public string? Reason { get; init; }
}
