using System.Globalization;
using System.Net.Http.Headers;

namespace ClaudeProxy.Forwarding;

/// <summary>Reads <c>anthropic-ratelimit-*</c> headers. What it does not know, or cannot read, is left out.</summary>
internal static class RateLimitHeaders
{
    private const string Prefix = "anthropic-ratelimit-";
    private const string Unified = "unified-";

    /// <summary>The limits that <paramref name="headers"/> name, with times relative to <paramref name="now"/>.</summary>
    public static RateLimits Read(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        Dictionary<string, string>? named = null;
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && values.Count > 0)
            {
                (named ??= new(StringComparer.OrdinalIgnoreCase))[name[Prefix.Length..]] = values.First();
            }
        }

        return named is null ? RateLimits.None : new RateLimits
        {
            Requests = Bucket(named, "requests", now),
            Tokens = Bucket(named, "tokens", now),
            InputTokens = Bucket(named, "input-tokens", now),
            OutputTokens = Bucket(named, "output-tokens", now),
            UnifiedStatus = named.GetValueOrDefault(Unified + "status"),
            UnifiedClaim = named.GetValueOrDefault(Unified + "representative-claim"),
            UnifiedResetAfter = Time(named.GetValueOrDefault(Unified + "reset"), now),
            UnifiedWindows = Windows(named, now),
        };
    }

    private static RateLimit? Bucket(Dictionary<string, string> named, string bucket, DateTimeOffset now)
    {
        var limit = Number(named.GetValueOrDefault(bucket + "-limit"));
        var remaining = Number(named.GetValueOrDefault(bucket + "-remaining"));
        var reset = Time(named.GetValueOrDefault(bucket + "-reset"), now);
        return limit is null && remaining is null && reset is null ? null : new RateLimit(limit, remaining, reset);
    }

    private static List<UnifiedWindow> Windows(Dictionary<string, string> named, DateTimeOffset now)
    {
        var windows = new List<UnifiedWindow>();
        foreach (var name in named.Keys)
        {
            if (WindowOf(name) is { } window && !windows.Exists(known => known.Name.Equals(window, StringComparison.OrdinalIgnoreCase)))
            {
                windows.Add(new UnifiedWindow(
                    window,
                    named.GetValueOrDefault($"{Unified}{window}-status"),
                    Share(named.GetValueOrDefault($"{Unified}{window}-utilization")),
                    Time(named.GetValueOrDefault($"{Unified}{window}-reset"), now)));
            }
        }

        return windows;
    }

    /// <summary>The window that a header is about. The overage is none: it says how a request is paid for that no window has room for.</summary>
    private static string? WindowOf(string name)
    {
        if (!name.StartsWith(Unified, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        foreach (var fact in (ReadOnlySpan<string>)["-status", "-utilization", "-reset"])
        {
            if (name.EndsWith(fact, StringComparison.OrdinalIgnoreCase) && name.Length > Unified.Length + fact.Length)
            {
                var window = name[Unified.Length..^fact.Length];
                return window.Equals("overage", StringComparison.OrdinalIgnoreCase) ? null : window;
            }
        }

        return null;
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Share(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && double.IsFinite(share) ? share : null;

    /// <summary>Seconds since 1970 (subscriptions), or RFC 3339 (API keys).</summary>
    private static TimeSpan? Time(string? text, DateTimeOffset now)
    {
        const long Year9999 = 253_402_300_799;
        DateTimeOffset? at =
            Number(text) is { } seconds ? (seconds <= Year9999 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date
            : null;
        return at is null ? null : at > now ? at - now : TimeSpan.Zero;
    }
}
