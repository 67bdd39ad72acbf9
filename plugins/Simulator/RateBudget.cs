namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What may be used in a minute, counted from the first use. Thread-safe.</summary>
/// <param name="requestsPerMinute">Requests; 1 or more.</param>
/// <param name="tokensPerMinute">Tokens; 1 or more. The request that passes the limit is still served.</param>
internal sealed class RateBudget(int requestsPerMinute, int tokensPerMinute)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _reset;
    private long _requests;
    private long _tokens;

    /// <summary>Uses one request and <paramref name="tokens"/>, or nothing if the minute's budget is used up.</summary>
    public RateStanding Take(long tokens, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (now >= _reset)
            {
                _reset = now.AddMinutes(1);
                _requests = 0;
                _tokens = 0;
            }

            var granted = _requests < requestsPerMinute && _tokens < tokensPerMinute;
            _requests += granted ? 1 : 0;
            _tokens += granted ? tokens : 0;
            return new RateStanding(
                granted, requestsPerMinute, requestsPerMinute - _requests, tokensPerMinute, Math.Max(0, tokensPerMinute - _tokens), _reset);
        }
    }
}
