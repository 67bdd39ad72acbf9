namespace ClaudeProxy.Accounts;

/// <summary>Reduces rate-limit headers to one number.</summary>
internal static class Headroom
{
    /// <summary>The smallest share that any bucket or window has left, 0 to 1; 1 if nothing is known.</summary>
    public static double Of(RateLimits limits)
    {
        var least = 1.0;
        foreach (var bucket in (ReadOnlySpan<RateLimit?>)[limits.Requests, limits.Tokens, limits.InputTokens, limits.OutputTokens])
        {
            if (bucket is { Limit: > 0, Remaining: >= 0 })
            {
                least = Math.Min(least, (double)bucket.Remaining.Value / bucket.Limit.Value);
            }
        }

        foreach (var window in limits.UnifiedWindows)
        {
            least = Math.Min(least, 1 - (window.Utilization ?? 0));
        }

        return Math.Clamp(least, 0, 1);
    }
}
