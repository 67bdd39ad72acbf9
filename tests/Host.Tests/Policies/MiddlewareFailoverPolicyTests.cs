using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using static ClaudeProxy.Abstractions.Durations;
using static ClaudeProxy.Abstractions.FailoverDecision;

namespace ClaudeProxy.Tests.Policies;

public sealed class MiddlewareFailoverPolicyTests
{
    [Theory]
    [InlineData(FailureKind.Connect)]
    [InlineData(FailureKind.Tls)]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.Reset)]
    [InlineData(FailureKind.Malformed)]
    public void Decide_NoAnswer_IsTheRelaysFaultForASecondOrTheAccountsForFiveMinutes(FailureKind failure)
    {
        Assert.Equal(NextAccount().CoolDown(Scope.Upstream, Seconds(1)), Decide(new() { Failure = failure, ViaRelay = true }));
        Assert.Equal(NextAccount().CoolDown(Scope.Account, Minutes(5)), Decide(new() { Failure = failure }));
    }

    [Theory]
    [InlineData(401, "authentication_error", 30)]
    [InlineData(403, "permission_error", 30)]
    [InlineData(401, null, 30)]
    [InlineData(403, null, 30)]
    [InlineData(500, "api_error", 10)]
    [InlineData(502, null, 10)]
    [InlineData(503, null, 10)]
    [InlineData(504, "api_error", 10)]
    [InlineData(520, null, 10)]
    public void Decide_AccountFault_CoolsDownAsLongAsTheMiddlewareDid(int status, string? errorType, int minutes) =>
        Assert.Equal(NextAccount().CoolDown(Scope.Account, Minutes(minutes)), Decide(new() { Status = status, ErrorType = errorType, ViaRelay = true }));

    [Theory]
    [InlineData("rate_limit_error")]
    [InlineData(null)]
    public void Decide_RateLimit_RestsAnHourOrAsLongAsTheAnswerSaysInTierTwoOnly(string? errorType)
    {
        var outcome = new AttemptOutcome { Status = 429, ErrorType = errorType, ViaRelay = true };

        Assert.Equal(NextAccount().RateLimit(Scope.Account, Hours(1)), Decide(outcome));
        Assert.Equal(NextAccount().RateLimit(Scope.Account, Minutes(7)), Decide(outcome with { RetryAfter = Minutes(7) }));
        Assert.Equal(NextAccount().RateLimit(Scope.Account, Hours(3)), Decide(outcome with { Limits = Rejected }));
    }

    [Theory]
    [InlineData(401, "Missing API key", "Please provide an API key")]
    [InlineData(401, "Invalid API key format", "API key format is invalid")]
    [InlineData(401, "Invalid API key", "Invalid API key format")]
    [InlineData(402, "Daily cost limit exceeded", "")]
    [InlineData(403, "Client not allowed", "Your client is not authorized to use this API key")]
    [InlineData(404, "Not Found", "")]
    [InlineData(429, "Concurrency limit exceeded", "")]
    [InlineData(429, "Queue overloaded", "")]
    [InlineData(429, "Concurrency queue full", "")]
    [InlineData(429, "Queue timeout", "")]
    [InlineData(429, "Rate limit exceeded", "")]
    [InlineData(429, "Daily cost limit exceeded", "")]
    public void Decide_RelaySpeaksOfRequestKeyOrItself_ClientGetsItsAnswerAndNobodyRests(int status, string code, string message) => Assert.Equal(
        Respond(), Decide(new() { Status = status, ErrorCode = code, ErrorMessage = message, RetryAfter = Seconds(30), ViaRelay = true }));

    [Theory]
    [InlineData("client_validation_error")]
    [InlineData("session_binding_error")]
    [InlineData("forbidden")]
    public void Decide_RelayRefusesTheRequest_ClientGetsItsAnswerAndNobodyRests(string errorType) =>
        Assert.Equal(Respond(), Decide(new() { Status = 403, ErrorType = errorType, ViaRelay = true }));

    [Fact]
    public void Decide_RelayDoesNotKnowTheAccount_TriesTwoOthersAndBlamesNobody()
    {
        var outcome = new AttemptOutcome { Status = 401, ErrorCode = "Invalid API key", ErrorMessage = "API key not found", ViaRelay = true };

        Assert.Equal(NextAccount(), Decide(outcome));
        Assert.Equal(NextAccount(), Decide(outcome with { PreviousStatuses = [401] }));
        Assert.Equal(Respond(), Decide(outcome with { PreviousStatuses = [401, 401] }));
    }

    [Theory]
    [InlineData(500, "Internal server error")]
    [InlineData(503, "Service temporarily unavailable")]
    public void Decide_RelayStumbles_TriesOnceMoreAndBlamesNobody(int status, string code)
    {
        var outcome = new AttemptOutcome { Status = status, ErrorCode = code, ViaRelay = true };

        Assert.Equal(NextAccount(), Decide(outcome));
        Assert.Equal(Respond(), Decide(outcome with { PreviousStatuses = [status] }));
    }

    [Fact]
    public void Decide_RelaySaysThatTheAccountIsLimited_RestsItInTierTwo()
    {
        Assert.Equal(
            NextAccount().RateLimit(Scope.Account, Hours(1)), Decide(new() { Status = 403, ErrorCode = "upstream_rate_limited", ViaRelay = true }));
        Assert.Equal(
            NextAccount().RateLimit(Scope.AccountModel, Minutes(9)),
            Decide(new() { Status = 403, ErrorCode = "opus_weekly_limit", RetryAfter = Minutes(9), ViaRelay = true }));
    }

    [Theory]
    [InlineData("dedicated_account_unavailable", null)]
    [InlineData(null, "service_unavailable")]
    public void Decide_RelaySaysThatTheAccountIsUnavailable_RestsItAMinute(string? code, string? errorType) => Assert.Equal(
        NextAccount().CoolDown(Scope.Account, Minutes(1)), Decide(new() { Status = 503, ErrorCode = code, ErrorType = errorType, ViaRelay = true }));

    [Theory]
    [InlineData(529, null)]
    [InlineData(529, "overloaded_error")]
    [InlineData(500, "overloaded_error")]
    public void Decide_Overload_RepeatsTwiceAndBenchesNobody(int status, string? errorType)
    {
        var outcome = new AttemptOutcome { Status = status, ErrorType = errorType, ViaRelay = true };

        Assert.Equal(SameAccount(Seconds(1)), Decide(outcome));
        Assert.Equal(SameAccount(Seconds(2)), Decide(outcome with { Repeats = 1 }));
        Assert.Equal(NextAccount(), Decide(outcome with { Repeats = 2 }));
    }

    [Theory]
    [InlineData(400, "messages: at least one message is required")]
    [InlineData(404, "model: not found")]
    [InlineData(408, "")]
    [InlineData(413, "")]
    [InlineData(422, "")]
    public void Decide_RequestsOwnFault_Responds(int status, string message) =>
        Assert.Equal(Respond(), Decide(new() { Status = status, ErrorType = "invalid_request_error", ErrorMessage = message, ViaRelay = true }));

    /// <summary><c>policies/middleware.csx</c> promises to be these rules.</summary>
    [Fact]
    public void Decide_AnyOutcome_IsTheDecisionOfTheScript()
    {
        using var script = new ScriptedFailoverPolicy(new ScriptCompiler(null, NullLogger.Instance)
            .Compile<AttemptOutcome, FailoverDecision>(RepositoryFiles.PathOf("policies/middleware.csx")));

        var differing = Outcomes().Where(outcome => script.Decide(outcome) != Decide(outcome)).ToList();

        Assert.Empty(differing);
    }

    private static RateLimits Rejected => new() { UnifiedStatus = "rejected", UnifiedResetAfter = Hours(3) };

    private static FailoverDecision Decide(AttemptOutcome outcome) => MiddlewareFailoverPolicy.Instance.Decide(outcome);

    private static IEnumerable<AttemptOutcome> Outcomes() =>
        from status in (int[])[0, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 520, 529]
        from failure in Enum.GetValues<FailureKind>()
        from errorType in (string?[])[null, "overloaded_error", "timeout_error", "service_unavailable", "forbidden", "client_validation_error", "session_binding_error"]
        from code in (string?[])[null, "Invalid API key", "upstream_rate_limited", "opus_weekly_limit", "dedicated_account_unavailable", "Queue overloaded", "enforced_spend_limit_reached"]
        from message in (string[])["", "Invalid API key format", "Your credit balance is too low", "You have reached your specified workspace API usage limits", "Extra usage is required"]
        from rest in Variations()
        select rest with { Status = status, Failure = failure, ErrorType = errorType, ErrorCode = code, ErrorMessage = message };

    private static IEnumerable<AttemptOutcome> Variations() =>
    [
        new(),
        new() { ViaRelay = true, Repeats = 1 },
        new() { ViaRelay = true, Repeats = 2, PreviousStatuses = [401] },
        new() { ViaRelay = true, PreviousStatuses = [401, 401], RetryAfter = Seconds(12) },
        new() { ViaRelay = true, PreviousStatuses = [500, 504, 429], Limits = Rejected },
        new() { ViaRelay = true, Path = "/v1/messages/count_tokens", ResumesAfter = Hours(7) },
        new() { ViaRelay = true, Limits = new RateLimits { UnifiedStatus = "rejected", UnifiedClaim = "seven_day_overage_included" } },
    ];
}
