namespace ClaudeProxy.Policies;

/// <summary>Writes an outcome for people: what is remarkable about how the attempt ended, and nothing else.</summary>
internal static class AttemptOutcomeText
{
    /// <summary>For example <c>429 rate_limit_error, retry-after 30s, repeat 1</c>.</summary>
    public static string Write(AttemptOutcome outcome) => string.Join(", ", PartsOf(outcome).OfType<string>());

    private static IEnumerable<string?> PartsOf(AttemptOutcome outcome)
    {
        yield return HeadOf(outcome);
        yield return outcome.ErrorCode is { } code ? $"code {code}" : null;
        yield return outcome.ErrorMessage.Length > 0 ? $"\"{outcome.ErrorMessage}\"" : null;
        yield return outcome.RetryAfter is { } wait ? $"retry-after {DurationText.Write(wait)}" : null;
        yield return outcome.Limits.ResetAfter is { } reset ? $"limits reset after {DurationText.Write(reset)}" : null;
        yield return outcome.Limits.RejectsModelOnly ? "for the model only" : null;
        yield return outcome.ResumesAfter is { } resumes ? $"access resumes after {DurationText.Write(resumes)}" : null;
        yield return outcome.Path.EndsWith("/count_tokens", StringComparison.Ordinal) ? "of count_tokens" : null;
        yield return outcome.ViaRelay ? "via a relay" : null;
        yield return outcome.Attempt > 1 ? $"attempt {outcome.Attempt}" : null;
        yield return outcome.Repeats > 0 ? $"repeat {outcome.Repeats}" : null;
        yield return outcome.PreviousStatuses.Count > 0 ? $"after {string.Join(" and ", outcome.PreviousStatuses)}" : null;
        yield return outcome.ConsecutiveFailures > 0 ? $"{outcome.ConsecutiveFailures} failures in a row before" : null;
        yield return outcome.ConsecutiveRateLimits > 0 ? $"429 number {outcome.ConsecutiveRateLimits} in a row" : null;
    }

    private static string HeadOf(AttemptOutcome outcome)
    {
        var head = outcome switch
        {
            { Failure: FailureKind.ErrorEvent } => $"200, first event an error ({outcome.Status})",
            { Status: 0 } => $"no answer: {outcome.Failure}, {(outcome.Sent ? "sent" : "not sent")}",
            { Failure: not FailureKind.None } => $"{outcome.Status}, {outcome.Failure}",
            _ => $"{outcome.Status}",
        };
        return outcome.ErrorType is { } type ? $"{head} {type}" : head;
    }
}
