namespace ClaudeProxy.Failover;

/// <summary>An answer of our own, in the API's shape.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The API's error type. Never <c>overloaded_error</c>: Claude Code gives up after three of those, whatever the status.</param>
/// <param name="Message">For people; never an account's id, never a secret.</param>
internal sealed record ApiError(int Status, string Type, string Message)
{
    /// <summary>Claude Code ignores a <c>retry-after</c> of 0 and gives up at once on one above 60.</summary>
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromSeconds(1), s_longestWait = TimeSpan.FromSeconds(60);

    /// <summary><c>retry-after</c>, or <see langword="null"/> for none.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Whether the client is told that trying again is pointless.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whether the connection ends with it, because what comes next on it may not be what the client meant.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>The header's value: whole seconds.</summary>
    public int? RetryAfterSeconds => RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null;

    /// <summary>Nobody can serve now.</summary>
    public static ApiError Unavailable(string message, TimeSpan retryAfter) => new(503, "api_error", message) { RetryAfter = Clamp(retryAfter) };

    /// <summary>Every account is out of quota.</summary>
    public static ApiError RateLimited(string message, TimeSpan retryAfter) => new(429, "rate_limit_error", message) { RetryAfter = Clamp(retryAfter) };

    /// <summary>A wait that keeps Claude Code patient: 1 to 60 seconds.</summary>
    public static TimeSpan Clamp(TimeSpan wait) => wait < s_shortestWait ? s_shortestWait : wait > s_longestWait ? s_longestWait : wait;
}
