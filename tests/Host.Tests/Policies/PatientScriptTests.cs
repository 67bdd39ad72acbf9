using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using static ClaudeProxy.Abstractions.Durations;
using static ClaudeProxy.Abstractions.FailoverDecision;

namespace ClaudeProxy.Tests.Policies;

public sealed class PatientScriptTests : IClassFixture<PatientScriptTests.Patient>
{
    private readonly ScriptedFailoverPolicy _policy;

    public PatientScriptTests(Patient patient) => _policy = patient.Policy;

    public static TheoryData<AttemptOutcome, FailoverDecision> Waits => new()
    {
        { new() { Status = 529 }, SameAccount(Seconds(2)) },
        { new() { Status = 529, Repeats = 1 }, SameAccount(Seconds(4)) },
        { new() { Status = 529, Repeats = 2 }, NextAccount() },
        { new() { Status = 200, ErrorType = "overloaded_error", Failure = FailureKind.ErrorEvent }, SameAccount(Seconds(2)) },
        { new() { Status = 500 }, SameAccount(Seconds(1)) },
        { new() { Status = 503, Repeats = 2 }, NextAccount().CoolDown(Scope.Account, Seconds(60)) },
        { new() { Status = 429, RetryAfter = Seconds(8) }, SameAccount(Seconds(16)) },
        { new() { Status = 429, RetryAfter = Seconds(8), Repeats = 2 }, NextAccount().RateLimit(Scope.Workspace, Seconds(8)) },
        { new() { Status = 429, RetryAfter = Seconds(11) }, NextAccount().RateLimit(Scope.Workspace, Seconds(11)) },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public void Decide_ShortTrouble_IsWaitedOutOnTheSpot(AttemptOutcome outcome, FailoverDecision expected) =>
        Assert.Equal(expected, _policy.Decide(outcome));

    [Fact]
    public void Decide_TwiceWaited_IsTheBuiltInDecision()
    {
        var waited = PolicyTestTable.Outcomes.Select(outcome => outcome with { Repeats = 2 });

        Assert.All(waited, outcome => Assert.Equal(BuiltInFailoverPolicy.Instance.Decide(outcome), _policy.Decide(outcome)));
    }

    public sealed class Patient : IDisposable
    {
        internal ScriptedFailoverPolicy Policy { get; } = new(new ScriptCompiler(null, NullLogger.Instance)
            .Compile<AttemptOutcome, FailoverDecision>(RepositoryFiles.PathOf("policies/patient.csx")));

        public void Dispose() => Policy.Dispose();
    }
}
