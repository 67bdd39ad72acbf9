using System.Globalization;
using System.Net.Http.Headers;

namespace ClaudeProxy.Forwarding;

/// <summary>Reads <c>anthropic-ratelimit-*</c> headers. What it does not know, or cannot read, is left out.</summary>
internal static class RateLimitHeaders
{
    private const string Prefix = "anthropic-ratelimit-";

    /// <summary>The limits that <paramref name="headers"/> name, with times relative to <paramref name="now"/>.</summary>
    public static RateLimits Read(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        var reading = default(Reading);
        foreach (var (name, values) in headers)
        {
            if (values.Count > 0 && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                reading.Add(name.AsSpan(Prefix.Length), AnswerHead.First(values), now);
            }
        }

        return reading.Limits;
    }

    private static bool Is(this ReadOnlySpan<char> name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Share(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && double.IsFinite(share) ? share : null;

    /// <summary>Seconds since 1970 (subscriptions), or RFC 3339 (API keys).</summary>
    private static TimeSpan? Time(string text, DateTimeOffset now)
    {
        const long Year9999 = 253_402_300_799;
        DateTimeOffset? at =
            Number(text) is { } seconds ? (seconds <= Year9999 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date
            : null;
        return at is null ? null : at > now ? at - now : TimeSpan.Zero;
    }

    /// <summary>What has been read so far: a header is looked at once, and its name never copied.</summary>
    private struct Reading
    {
        private const string Unified = "unified-";

        private Bucket _requests, _tokens, _input, _output;
        private string? _status, _claim;
        private TimeSpan? _resetAfter;
        private List<UnifiedWindow>? _windows;
        private bool _hasAny;

        public readonly RateLimits Limits => !_hasAny ? RateLimits.None : new RateLimits
        {
            Requests = _requests.Limit,
            Tokens = _tokens.Limit,
            InputTokens = _input.Limit,
            OutputTokens = _output.Limit,
            UnifiedStatus = _status,
            UnifiedClaim = _claim,
            UnifiedResetAfter = _resetAfter,
            UnifiedWindows = _windows ?? (IReadOnlyList<UnifiedWindow>)[],
        };

        public void Add(ReadOnlySpan<char> name, string value, DateTimeOffset now)
        {
            _hasAny = true;
            if (name.StartsWith(Unified, StringComparison.OrdinalIgnoreCase))
            {
                AddUnified(name[Unified.Length..], value, now);
                return;
            }

            var end = name.LastIndexOf('-');
            if (end < 0)
            {
                return;
            }

            var bucket = name[..end];
            var fact = name[(end + 1)..];
            if (bucket.Is("requests"))
            {
                _requests.Add(fact, value, now);
            }
            else if (bucket.Is("tokens"))
            {
                _tokens.Add(fact, value, now);
            }
            else if (bucket.Is("input-tokens"))
            {
                _input.Add(fact, value, now);
            }
            else if (bucket.Is("output-tokens"))
            {
                _output.Add(fact, value, now);
            }
        }

        private void AddUnified(ReadOnlySpan<char> name, string value, DateTimeOffset now)
        {
            if (name.Is("status"))
            {
                _status = value;
            }
            else if (name.Is("representative-claim"))
            {
                _claim = value;
            }
            else if (name.Is("reset"))
            {
                _resetAfter = Time(value, now);
            }
            else if (name.LastIndexOf('-') is > 0 and var end)
            {
                AddToWindow(name[..end], name[(end + 1)..], value, now);
            }
        }

        /// <summary>The overage is no window: it says how a request is paid for that no window has room for.</summary>
        private void AddToWindow(ReadOnlySpan<char> window, ReadOnlySpan<char> fact, string value, DateTimeOffset now)
        {
            if (window.Is("overage") || !(fact.Is("status") || fact.Is("utilization") || fact.Is("reset")))
            {
                return;
            }

            _windows ??= [];
            var index = 0;
            while (index < _windows.Count && !window.Is(_windows[index].Name))
            {
                index++;
            }

            if (index == _windows.Count)
            {
                _windows.Add(new UnifiedWindow(window.ToString(), null, null, null));
            }

            var known = _windows[index];
            _windows[index] = fact.Is("status") ? known with { Status = value }
                : fact.Is("utilization") ? known with { Utilization = Share(value) }
                : known with { ResetAfter = Time(value, now) };
        }
    }

    /// <summary>The three facts of one limit.</summary>
    private struct Bucket
    {
        private long? _limit, _remaining;
        private TimeSpan? _resetAfter;

        public readonly RateLimit? Limit => _limit is null && _remaining is null && _resetAfter is null ? null : new RateLimit(_limit, _remaining, _resetAfter);

        public void Add(ReadOnlySpan<char> fact, string value, DateTimeOffset now)
        {
            if (fact.Is("limit"))
            {
                _limit = Number(value);
            }
            else if (fact.Is("remaining"))
            {
                _remaining = Number(value);
            }
            else if (fact.Is("reset"))
            {
                _resetAfter = Time(value, now);
            }
        }
    }
}
