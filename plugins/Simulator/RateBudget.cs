namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What may be used in a minute, for each model: buckets that refill all the time. Thread-safe.</summary>
/// <param name="requestsPerMinute">Requests; 1 or more.</param>
/// <param name="inputTokensPerMinute">Input tokens; 1 or more. A request that needs more than a full bucket is served once the bucket is full.</param>
/// <param name="outputTokensPerMinute">Output tokens; 1 or more. They are counted when the answer is known, so that the bucket may fall below zero.</param>
internal sealed class RateBudget(int requestsPerMinute, int inputTokensPerMinute, int outputTokensPerMinute = 1_000_000_000)
{
    /// <summary>Models beyond it share one budget.</summary>
    private const int MostModels = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Buckets> _ofModels = new(StringComparer.Ordinal);

    /// <summary>Uses one request and <paramref name="inputTokens"/>, or nothing if one of the buckets does not hold enough.</summary>
    public RateStanding Take(string model, long inputTokens, DateTimeOffset now)
    {
        lock (_lock)
        {
            var (requests, input, output) = FindLocked(model, now);
            var wait = new[] { requests.TimeTo(1, now), input.TimeTo(inputTokens, now), output.TimeTo(1, now) }.Max();
            if (wait == TimeSpan.Zero)
            {
                requests.Spend(1, now);
                input.Spend(inputTokens, now);
            }

            return new RateStanding(wait, requests.StandingAt(now), input.StandingAt(now), output.StandingAt(now));
        }
    }

    /// <summary>Uses output tokens.</summary>
    public void Spend(string model, long outputTokens, DateTimeOffset now)
    {
        lock (_lock)
        {
            FindLocked(model, now).Output.Spend(outputTokens, now);
        }
    }

    private Buckets FindLocked(string model, DateTimeOffset now)
    {
        if (_ofModels.TryGetValue(model, out var known))
        {
            return known;
        }

        if (_ofModels.Count >= MostModels && model.Length > 0)
        {
            return FindLocked("", now);
        }

        return _ofModels[model] = new Buckets(
            new RateBucket(requestsPerMinute, now), new RateBucket(inputTokensPerMinute, now), new RateBucket(outputTokensPerMinute, now));
    }

    private sealed record Buckets(RateBucket Requests, RateBucket Input, RateBucket Output);
}
