namespace ClaudeProxy.Forwarding;

/// <summary>Says what a failed answer means to a policy, as far as the answer itself tells.</summary>
internal static class AnswerOutcome
{
    /// <summary>The outcome of an answer with an error in its body.</summary>
    /// <param name="head">The answer's head.</param>
    /// <param name="failure">How it failed apart from its status.</param>
    /// <param name="status">Its status, or that of the error's type.</param>
    /// <param name="error">What its body says.</param>
    public static AttemptOutcome Of(AnswerHead head, FailureKind failure, int status, ApiErrorBody error) => new()
    {
        Status = status,
        Failure = failure,
        ErrorType = error.Type,
        ErrorCode = error.Code,
        ErrorMessage = error.Message,
        RetryAfter = head.RetryAfter,
        ResumesAfter = SpendLimit.ResumesAfter(error, head.ReceivedAt),
        Limits = head.Limits,
    };
}
