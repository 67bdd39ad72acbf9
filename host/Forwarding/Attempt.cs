namespace ClaudeProxy.Forwarding;

/// <summary>How one attempt ended, up to the point where the client could be answered.</summary>
/// <param name="Answer">The answer, unread or read as far as judging took; <see langword="null"/> if none came. Whoever holds the attempt owns it.</param>
/// <param name="Failure">What a policy must judge; <see langword="null"/> if the answer serves the request.</param>
/// <param name="Elapsed">From sending to here.</param>
internal sealed record Attempt(UpstreamAnswer? Answer, AttemptOutcome? Failure, TimeSpan Elapsed);
