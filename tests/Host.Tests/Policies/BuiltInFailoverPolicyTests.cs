using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using static ClaudeProxy.Abstractions.Durations;
using static ClaudeProxy.Abstractions.FailoverDecision;

namespace ClaudeProxy.Tests.Policies;

public sealed class BuiltInFailoverPolicyTests
{
    private static readonly TimeSpan s_cooldown = Seconds(60);

    [Theory]
    [InlineData(FailureKind.Connect)]
    [InlineData(FailureKind.Tls)]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.Reset)]
    [InlineData(FailureKind.Malformed)]
    public void Decide_NoAnswer_CoolsDownTheAccount(FailureKind failure) =>
        Assert.Equal(NextAccount().CoolDown(Scope.Account, s_cooldown), Decide(new() { Failure = failure }));

    [Theory]
    [InlineData(500, 60)]
    [InlineData(502, 60)]
    [InlineData(503, 60)]
    [InlineData(504, 60)]
    [InlineData(520, 60)]
    [InlineData(401, 60)]
    public void Decide_AccountFault_CoolsDownTheAccount(int status, int seconds) =>
        Assert.Equal(NextAccount().CoolDown(Scope.Account, Seconds(seconds)), Decide(new() { Status = status }));

    [Fact]
    public void Decide_OtherCooldownConfigured_IsUsed() => Assert.Equal(
        NextAccount().CoolDown(Scope.Account, Seconds(7)), Decide(new() { Status = 500, Cooldown = Seconds(7) }));

    [Theory]
    [InlineData(529, null)]
    [InlineData(529, "overloaded_error")]
    [InlineData(500, "overloaded_error")]
    [InlineData(429, "overloaded_error")]
    public void Decide_Overload_RepeatsTwiceAndBenchesNobody(int status, string? errorType)
    {
        var outcome = new AttemptOutcome { Status = status, ErrorType = errorType, RetryAfter = Seconds(30) };

        Assert.Equal(SameAccount(Seconds(1)), Decide(outcome));
        Assert.Equal(SameAccount(Seconds(2)), Decide(outcome with { Repeats = 1 }));
        Assert.Equal(NextAccount(), Decide(outcome with { Repeats = 2 }));
    }

    [Fact]
    public void Decide_OverloadAsFirstEvent_BenchesNobody() => Assert.Equal(
        SameAccount(Seconds(1)), Decide(new() { Failure = FailureKind.ErrorEvent, Status = 529, ErrorType = "overloaded_error" }));

    [Fact]
    public void Decide_ServerErrorAsFirstEvent_CoolsDownTheAccount() => Assert.Equal(
        NextAccount().CoolDown(Scope.Account, s_cooldown),
        Decide(new() { Failure = FailureKind.ErrorEvent, Status = 500, ErrorType = "api_error" }));

    [Fact]
    public void Decide_RequestErrorAsFirstEvent_Responds() => Assert.Equal(
        Respond(), Decide(new() { Failure = FailureKind.ErrorEvent, Status = 400, ErrorType = "invalid_request_error" }));

    [Fact]
    public void Decide_RateLimitWithRetryAfter_RestsThatLong() => Assert.Equal(
        NextAccount().RateLimit(Scope.Workspace, Seconds(30)),
        Decide(new() { Status = 429, RetryAfter = Seconds(30), Limits = Exhausted(Hours(1)), ConsecutiveRateLimits = 5 }));

    [Fact]
    public void Decide_RateLimitWithResetOnly_RestsUntilReset() => Assert.Equal(
        NextAccount().RateLimit(Scope.Workspace, Hours(1)), Decide(new() { Status = 429, Limits = Exhausted(Hours(1)) }));

    [Fact]
    public void Decide_RateLimitWithoutHint_BenchesNobodyUntilTheThirdInARow()
    {
        Assert.Equal(NextAccount(), Decide(new() { Status = 429, ConsecutiveRateLimits = 2 }));
        Assert.Equal(
            NextAccount().RateLimit(Scope.AccountModel, s_cooldown), Decide(new() { Status = 429, ConsecutiveRateLimits = 3 }));
    }

    [Theory]
    [InlineData(402, "", Scope.Organization)]
    [InlineData(400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.", Scope.Organization)]
    [InlineData(400, "You have reached your specified API usage limits. You will regain access soon.", Scope.Organization)]
    [InlineData(400, "You have reached your specified workspace API usage limits. You will regain access soon.", Scope.Workspace)]
    [InlineData(401, "This organization has been disabled.", Scope.Organization)]
    public void Decide_OutOfMoneyUntilNobodySaysWhen_RestsTenMinutes(int status, string message, Scope scope) => Assert.Equal(
        NextAccount().CoolDown(scope, Minutes(10)),
        Decide(new() { Status = status, ErrorType = "invalid_request_error", ErrorMessage = message }));

    [Fact]
    public void Decide_NotPermitted_RestsForTheModelAndThenAsAWhole()
    {
        Assert.Equal(NextAccount().CoolDown(Scope.AccountModel, s_cooldown), Decide(new() { Status = 403 }));
        Assert.Equal(NextAccount().CoolDown(Scope.Account, s_cooldown), Decide(new() { Status = 403, ConsecutiveFailures = 1 }));
    }

    [Theory]
    [InlineData(400, "messages: at least one message is required")]
    [InlineData(400, "Say: You have reached your specified API usage limits")]
    [InlineData(413, "Your credit balance is too low")]
    [InlineData(405, "")]
    [InlineData(408, "")]
    [InlineData(409, "")]
    [InlineData(413, "")]
    [InlineData(422, "")]
    [InlineData(499, "")]
    public void Decide_RequestsOwnFault_Responds(int status, string message) =>
        Assert.Equal(Respond(), Decide(new() { Status = status, ErrorMessage = message }));

    [Fact]
    public void Decide_NotFound_TriesOneOtherAccount()
    {
        Assert.Equal(NextAccount(), Decide(new() { Status = 404, PreviousStatuses = [503] }));
        Assert.Equal(Respond(), Decide(new() { Status = 404, PreviousStatuses = [404] }));
    }

    private static FailoverDecision Decide(AttemptOutcome outcome) => BuiltInFailoverPolicy.Instance.Decide(outcome);

    private static RateLimits Exhausted(TimeSpan resetAfter) => new() { Tokens = new RateLimit(1000, 0, resetAfter) };
}
