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

    /// <summary>Whether a subscription rejects this model alone: its windows for all models have room, or none was named and its claim is
    /// that of a model.</summary>
    public bool RejectsModelOnly =>
        HasRejectingWindow(ofModel: false) ? false : HasRejectingWindow(ofModel: true) || (IsRejected && IsOfModel(UnifiedClaim));

    /// <summary>Time until what is exhausted is available again: the latest reset among the buckets with nothing left and the windows
    /// that reject (those for all models, if there are any), or <see langword="null"/> if nothing is known to be exhausted.</summary>
    public TimeSpan? ResetAfter
    {
        get
        {
            TimeSpan? latest = null;
            foreach (var bucket in (ReadOnlySpan<RateLimit?>)[Requests, Tokens, InputTokens, OutputTokens])
            {
                latest = bucket is { Remaining: 0 } ? Later(latest, bucket.ResetAfter) : latest;
            }

            var ofModel = RejectsModelOnly;
            foreach (var window in UnifiedWindows)
            {
                latest = Rejects(window, ofModel) ? Later(latest, window.ResetAfter) : latest;
            }

            // The time of the whole is that of the window which it represents; that may be one for a model, which says nothing of the account.
            return IsRejected && (latest is null || IsOfModel(UnifiedClaim) == ofModel) ? Later(latest, UnifiedResetAfter) : latest;
        }
    }

    private bool IsRejected => UnifiedStatus is "rejected";

    // A window may be used up while the subscription still allows the request, at the price of an overage.
    private bool Rejects(UnifiedWindow window, bool ofModel) =>
        window.Status == "rejected" && UnifiedStatus is null or "rejected" && IsOfModel(window.Name) == ofModel;

    private bool HasRejectingWindow(bool ofModel)
    {
        foreach (var window in UnifiedWindows)
        {
            if (Rejects(window, ofModel))
            {
                return true;
            }
        }

        return false;
    }

    // Windows: 5h and 7d are for all models, 7d_oi and its like for one. Claims: five_hour and seven_day; seven_day_overage_included.
    private static bool IsOfModel(string? window) =>
        window is not (null or "five_hour" or "seven_day") && window.Contains('_', StringComparison.Ordinal);

    private static TimeSpan? Later(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
