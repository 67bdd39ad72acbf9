namespace ClaudeProxy.Abstractions;

/// <summary>One token bucket, from headers such as <c>anthropic-ratelimit-requests-*</c>.</summary>
/// <param name="Limit">The bucket's size; 0 or more, or <see langword="null"/> if not named.</param>
/// <param name="Remaining">What is left; 0 or more, or <see langword="null"/> if not named.</param>
/// <param name="ResetAfter">Time from the answer until the bucket is full again; 0 or more, or <see langword="null"/> if not named.</param>
public sealed record RateLimit(long? Limit, long? Remaining, TimeSpan? ResetAfter);
