namespace ClaudeProxy.Abstractions;

/// <summary>The rate-limit headers of one answer. What the answer did not name is <see langword="null"/>.</summary>
/// <remarks>Immutable, thread-safe. Times are relative to the answer, so that a policy needs no clock.</remarks>
public sealed record RateLimits
{
    /// <summary>No rate-limit header at all.</summary>
    public static RateLimits None { get; } = new();

    /// <summary>Requests per minute.</summary>
    public RateLimit? Requests { get; init; }

    /// <summary>Tokens per minute, the most restrictive limit in force.</summary>
    public RateLimit? Tokens { get; init; }

    /// <summary>Input tokens per minute.</summary>
    public RateLimit? InputTokens { get; init; }

    /// <summary>Output tokens per minute.</summary>
    public RateLimit? OutputTokens { get; init; }

    /// <summary>A subscription's state: <c>allowed</c>, <c>allowed_warning</c> (no rejection) or <c>rejected</c>.</summary>
    public string? UnifiedStatus { get; init; }

    /// <summary>The window that a subscription's state is about, such as <c>five_hour</c> or <c>seven_day_overage_included</c>.</summary>
    public string? UnifiedClaim { get; init; }

    /// <summary>Time until a subscription's state changes.</summary>
    public TimeSpan? UnifiedResetAfter { get; init; }

    /// <summary>The windows of a subscription; empty if none was named.</summary>
    public IReadOnlyList<UnifiedWindow> UnifiedWindows { get; init; } = [];

    /// <summary>Time until what is exhausted is available again: the latest reset among the buckets with nothing left and the windows
    /// that reject, or <see langword="null"/> if nothing is known to be exhausted.</summary>
    public TimeSpan? ResetAfter
    {
        get
        {
            TimeSpan? latest = UnifiedStatus == "rejected" ? UnifiedResetAfter : null;
            foreach (var bucket in (ReadOnlySpan<RateLimit?>)[Requests, Tokens, InputTokens, OutputTokens])
            {
                latest = bucket is { Remaining: 0 } ? Later(latest, bucket.ResetAfter) : latest;
            }

            foreach (var window in UnifiedWindows)
            {
                latest = window.Status == "rejected" ? Later(latest, window.ResetAfter) : latest;
            }

            return latest;
        }
    }

    private static TimeSpan? Later(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
