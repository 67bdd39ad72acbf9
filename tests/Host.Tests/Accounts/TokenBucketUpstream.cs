using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>An account as its upstream sees it: a bucket of requests and one of input tokens, which refill all the time.</summary>
internal sealed class TokenBucketUpstream(double requestsPerMinute, double tokensPerMinute)
{
    private (double Level, DateTimeOffset At) _requests = (requestsPerMinute, DateTimeOffset.MinValue);
    private (double Level, DateTimeOffset At) _tokens = (tokensPerMinute, DateTimeOffset.MinValue);

    /// <summary>Takes a request, or refuses it; says what is left as the API's headers do: tokens in thousands, times in whole seconds.</summary>
    public (bool IsServed, RateLimits Limits, TimeSpan RetryAfter) Take(DateTimeOffset now, double tokens)
    {
        var (requestsLeft, tokensLeft) = (Level(_requests, requestsPerMinute, now), Level(_tokens, tokensPerMinute, now));
        var isServed = requestsLeft >= 1 && tokensLeft >= tokens;
        var wait = Math.Max((1 - requestsLeft) / requestsPerMinute, (tokens - tokensLeft) / tokensPerMinute);
        if (isServed)
        {
            (requestsLeft, tokensLeft) = (requestsLeft - 1, tokensLeft - tokens);
        }

        (_requests, _tokens) = ((requestsLeft, now), (tokensLeft, now));
        return (isServed, new RateLimits
        {
            Requests = Header(requestsPerMinute, requestsLeft, rounding: 1),
            InputTokens = Header(tokensPerMinute, tokensLeft, rounding: 1000),
        }, TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait * 60))));
    }

    private static double Level((double Level, DateTimeOffset At) bucket, double perMinute, DateTimeOffset now) =>
        bucket.At == DateTimeOffset.MinValue ? perMinute : Math.Min(perMinute, bucket.Level + ((now - bucket.At).TotalMinutes * perMinute));

    private static RateLimit Header(double perMinute, double left, double rounding) => new(
        (long)perMinute,
        (long)(Math.Floor(left / rounding) * rounding),
        TimeSpan.FromSeconds(Math.Ceiling((perMinute - left) / perMinute * 60)));
}
