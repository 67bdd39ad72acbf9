namespace ClaudeProxy.Forwarding;

/// <summary>How one attempt ended, up to the point where the client could be answered.</summary>
/// <param name="Answer">The answer, unread or read as far as judging took; <see langword="null"/> if none came. Whoever holds the attempt owns it.</param>
/// <param name="Failure">What a policy must judge; <see langword="null"/> if the answer serves the request.</param>
/// <param name="Elapsed">From sending to here.</param>
internal sealed record Attempt(UpstreamAnswer? Answer, AttemptOutcome? Failure, TimeSpan Elapsed)
{
    /// <summary>How often the request was sent for it: 1, or 2 if the first time met a connection that was just closing.</summary>
    public int Sends { get; init; } = 1;
}
