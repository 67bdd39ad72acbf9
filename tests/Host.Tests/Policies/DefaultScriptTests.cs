using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using static ClaudeProxy.Abstractions.Durations;

namespace ClaudeProxy.Tests.Policies;

/// <summary><c>policies/default.csx</c> promises to be the built-in rules.</summary>
public sealed class DefaultScriptTests
{
    private static readonly int[] s_statuses =
    [
        0, 200, 302, 400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 429, 451, 499, 500, 501, 502, 503, 504, 520, 529, 530, 599,
    ];

    private static readonly string?[] s_errorTypes = [null, "overloaded_error", "api_error", "rate_limit_error", "timeout_error"];

    private static readonly string[] s_messages =
    [
        "", "messages: required", "Your credit balance is too low to access the API", "your CREDIT BALANCE IS TOO LOW",
        "You have reached your specified API usage limits. Wait.", "you have reached your specified workspace api usage limits",
        "Because You have reached your specified API usage limits", "This organization has been disabled.",
        "Extra usage is required for long context requests.",
    ];

    [Fact]
    public void Decide_AnyOutcome_IsTheBuiltInDecision()
    {
        using var policy = new ScriptedFailoverPolicy(new ScriptCompiler(null, NullLogger.Instance)
            .Compile<AttemptOutcome, FailoverDecision>(RepositoryFiles.PathOf("policies/default.csx")));

        var differing = Outcomes().Where(outcome => policy.Decide(outcome) != BuiltInFailoverPolicy.Instance.Decide(outcome)).ToList();

        Assert.Empty(differing);
    }

    private static IEnumerable<AttemptOutcome> Outcomes() =>
        from status in s_statuses
        from failure in Enum.GetValues<FailureKind>()
        from errorType in s_errorTypes
        from message in s_messages
        from rest in Variations()
        select rest with { Status = status, Failure = failure, ErrorType = errorType, ErrorMessage = message };

    private static IEnumerable<AttemptOutcome> Variations() =>
    [
        new(),
        new() { Repeats = 1, ConsecutiveFailures = 4 },
        new() { Repeats = 2, Attempt = 3 },
        new() { RetryAfter = Seconds(12) },
        new() { RetryAfter = TimeSpan.Zero, Limits = Exhausted },
        new() { Limits = Exhausted, Cooldown = Seconds(5) },
        new() { ConsecutiveRateLimits = 2 },
        new() { ConsecutiveRateLimits = 3, Cooldown = Minutes(20) },
        new() { PreviousStatuses = [404, 429, 504], ConsecutiveFailures = 1 },
        new() { ErrorCode = "enforced_spend_limit_reached" },
        new() { ErrorCode = "enforced_spend_limit_reached", ResumesAfter = Hours(50) },
        new() { ResumesAfter = Hours(30), Path = "/v1/messages/count_tokens", RetryAfter = Seconds(3) },
        new() { Limits = new RateLimits { UnifiedStatus = "rejected", UnifiedClaim = "seven_day_overage_included" }, RetryAfter = Seconds(3) },
        new() { Limits = new RateLimits { UnifiedStatus = "allowed_warning" }, RetryAfter = Seconds(3) },
        new() { PreviousStatuses = [0, 503], Sent = false },
    ];

    private static RateLimits Exhausted => new() { UnifiedStatus = "rejected", UnifiedResetAfter = Hours(3) };
}
