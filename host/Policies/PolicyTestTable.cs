namespace ClaudeProxy.Policies;

/// <summary>The outcomes that <c>claude-proxy policy test</c> shows a policy: one of each kind that upstreams are known for.</summary>
internal static class PolicyTestTable
{
    private const string Model = "claude-sonnet-4-5";

    /// <summary>The outcomes, in the order of their statuses.</summary>
    public static IReadOnlyList<AttemptOutcome> Outcomes { get; } =
    [
        .. NoAnswers(), .. BadRequests(), .. RefusedAccounts(), .. RequestErrors(), .. RateLimited(), .. ServerErrors(),
    ];

    private static AttemptOutcome[] NoAnswers() =>
    [
        new() { Model = Model, Failure = FailureKind.Connect, Sent = false },
        new() { Model = Model, Failure = FailureKind.Tls, Sent = false },
        new() { Model = Model, Failure = FailureKind.Timeout },
        new() { Model = Model, Failure = FailureKind.Reset },
        new() { Model = Model, Failure = FailureKind.Malformed },
    ];

    private static AttemptOutcome[] BadRequests() =>
    [
        Error(400, "invalid_request_error", "messages: at least one message is required"),
        Error(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
        Error(400, "invalid_request_error", "You have reached your specified API usage limits."),
        Error(400, "invalid_request_error", "You have reached your specified workspace API usage limits."),
        Error(400, "invalid_request_error", "You have reached your specified API usage limits.") with { ResumesAfter = TimeSpan.FromDays(3) },
        Error(400, "invalid_request_error", "This organization has been disabled."),
    ];

    private static AttemptOutcome[] RefusedAccounts() =>
    [
        Error(401, "authentication_error"),
        Error(402, "billing_error"),
        Error(403, "permission_error"),
        Error(403, "permission_error") with { ConsecutiveFailures = 1 },
    ];

    private static AttemptOutcome[] RequestErrors() =>
    [
        Error(404, "not_found_error"),
        Error(404, "not_found_error") with { Attempt = 2, PreviousStatuses = [404] },
        Error(409, "invalid_request_error"),
        Error(413, "request_too_large"),
    ];

    private static AttemptOutcome[] RateLimited() =>
    [
        Error(429, "rate_limit_error") with { RetryAfter = TimeSpan.FromSeconds(30), ConsecutiveRateLimits = 1 },
        Error(429, "rate_limit_error") with { RetryAfter = TimeSpan.FromSeconds(30), ConsecutiveRateLimits = 1, Path = "/v1/messages/count_tokens" },
        Error(429, "rate_limit_error") with { Limits = RejectedFor(TimeSpan.FromHours(2)), ConsecutiveRateLimits = 1 },
        Error(429, "rate_limit_error") with { Limits = RejectedFor(TimeSpan.FromHours(2)) with { UnifiedClaim = "seven_day_overage_included" }, ConsecutiveRateLimits = 1 },
        Error(429, "rate_limit_error") with { ErrorCode = "enforced_spend_limit_reached", ResumesAfter = TimeSpan.FromDays(3), ConsecutiveRateLimits = 1 },
        Error(429, "rate_limit_error", "Extra usage is required for long context requests.") with { ConsecutiveRateLimits = 1 },
        Error(429, "rate_limit_error") with { ConsecutiveRateLimits = 1 },
        Error(429, "rate_limit_error") with { ConsecutiveRateLimits = 3 },
        Error(429, "rate_limit_error") with { Failure = FailureKind.ErrorEvent, ConsecutiveRateLimits = 1 },
    ];

    private static AttemptOutcome[] ServerErrors() =>
    [
        Error(500, "api_error"),
        Error(500, "api_error") with { ConsecutiveFailures = 3 },
        Error(500, "api_error") with { Failure = FailureKind.ErrorEvent },
        new() { Model = Model, Status = 502 },
        new() { Model = Model, Status = 503 },
        new() { Model = Model, Status = 504 },
        Error(504, "timeout_error"),
        Error(504, "timeout_error") with { Attempt = 2, PreviousStatuses = [504] },
        Error(529, "overloaded_error"),
        Error(529, "overloaded_error") with { Repeats = 1 },
        Error(529, "overloaded_error") with { Repeats = 2 },
        Error(529, "overloaded_error") with { Failure = FailureKind.ErrorEvent },
    ];

    private static AttemptOutcome Error(int status, string type, string message = "") =>
        new() { Model = Model, Status = status, ErrorType = type, ErrorMessage = message };

    private static RateLimits RejectedFor(TimeSpan time) => new() { UnifiedStatus = "rejected", UnifiedResetAfter = time };
}
