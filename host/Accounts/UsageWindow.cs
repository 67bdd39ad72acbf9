namespace ClaudeProxy.Accounts;

/// <summary>What an answer said of one window of a subscription.</summary>
/// <param name="Name">The window: <c>5h</c>, <c>7d</c>.</param>
/// <param name="Left">The share that is left, 0 to 1.</param>
/// <param name="IsRejected">Whether it takes no more requests.</param>
/// <param name="ResetAt">When it starts anew: from then on it says nothing any more.</param>
internal sealed record UsageWindow(string Name, double Left, bool IsRejected, DateTimeOffset ResetAt)
{
    /// <summary>What <paramref name="said"/> means; <see langword="null"/> if it does not say until when.</summary>
    /// <remarks>A window may be used up while the subscription allows the request all the same, at the price of an overage.</remarks>
    public static UsageWindow? Of(UnifiedWindow said, string? unifiedStatus, DateTimeOffset now) => said.ResetAfter is not { } resetAfter
        ? null
        : new UsageWindow(
            said.Name,
            Math.Clamp(1 - (said.Utilization ?? 0), 0, 1),
            unifiedStatus is null or "rejected" && (said.Status is { } status ? status == "rejected" : said.Utilization >= 1),
            Rest.EndOf(now, resetAfter));

    /// <summary>Whether it counts for every model, and not just for those that the answer was about.</summary>
    public static bool IsForEveryModel(UnifiedWindow window) => !window.Name.Contains('_', StringComparison.Ordinal);
}
