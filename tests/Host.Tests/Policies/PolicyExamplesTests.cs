using System.Text.RegularExpressions;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using static ClaudeProxy.Abstractions.Durations;
using static ClaudeProxy.Abstractions.FailoverDecision;

namespace ClaudeProxy.Tests.Policies;

/// <summary>The examples of docs/policies.md do what is said of them.</summary>
public sealed partial class PolicyExamplesTests : IDisposable
{
    private const string Relay = "A relay that restarts now and then";
    private const string SharedKeys = "Keys that share a workspace";
    private const string Models = "Accounts that do not have every model";
    private const string OwnErrors = "An upstream with errors of its own";

    private static readonly string s_document = File.ReadAllText(RepositoryFiles.PathOf("docs/policies.md"));

    private readonly ScriptFolder _folder = new();

    public static TheoryData<string> FailoverExamples => [.. ExamplesOf("failover").Keys];

    public static TheoryData<string> BalancingExamples => [.. ExamplesOf("balancing").Keys];

    public static TheoryData<string, AttemptOutcome, FailoverDecision> FailoverPromises => new()
    {
        { Relay, new() { Status = 503 }, SameAccount(Seconds(2)) },
        { Relay, new() { Status = 503, Repeats = 1 }, NextAccount().CoolDown(Scope.Upstream, Seconds(5)) },
        { SharedKeys, new() { Status = 429, RetryAfter = Seconds(9) }, NextAccount().RateLimit(Scope.Workspace, Seconds(9)) },
        { Models, new() { Status = 403, Model = "m" }, NextAccount().CoolDown(Scope.AccountModel, Minutes(30)) },
        { Models, new() { Status = 403 }, NextAccount().CoolDown(Scope.Account, Seconds(60)) },
        { OwnErrors, new() { Status = 400, ErrorCode = "insufficient_quota" }, NextAccount().CoolDown(Scope.Account, Hours(6)) },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Examples_ThereAreSome()
    {
        Assert.True(FailoverExamples.Count >= 4);
        Assert.True(BalancingExamples.Count >= 2);
    }

    [Theory]
    [MemberData(nameof(FailoverExamples))]
    public void FailoverExample_AnyOutcome_DecidesAndPassesOnTheRequestsOwnFaults(string example)
    {
        using var policy = _folder.Policy(ExamplesOf("failover")[example]);

        Assert.All(PolicyTestTable.Outcomes, outcome => Assert.NotNull(policy.Decide(outcome)));
        Assert.Equal(Respond(), policy.Decide(new AttemptOutcome { Status = 413 }));
        Assert.Equal(FailoverAction.NextAccount, policy.Decide(new AttemptOutcome { Status = 401 }).Action);
    }

    [Theory]
    [MemberData(nameof(FailoverPromises))]
    public void FailoverExample_WhatItIsAbout_IsDecidedSo(string example, AttemptOutcome outcome, FailoverDecision expected)
    {
        using var policy = _folder.Policy(ExamplesOf("failover")[example]);

        Assert.Equal(expected, policy.Decide(outcome));
    }

    [Theory]
    [MemberData(nameof(BalancingExamples))]
    public void BalancingExample_AnyRequest_PicksACandidate(string example)
    {
        using var balancer = Balancer(example);
        Candidate[] candidates = [new("a"), new("b"), new("c")];

        for (var session = 0; session < 50; session++)
        {
            var request = Request() with { SessionId = session % 2 == 0 ? $"{session}" : null };
            Assert.Contains(balancer.Pick(request, candidates), candidates);
        }
    }

    [Fact]
    public void BalancingExample_Conversation_StaysWhenAnotherAccountLeaves()
    {
        using var balancer = Balancer("The same account for a conversation");
        Candidate[] candidates = [new("a"), new("b"), new("c")];

        var picks = Enumerable.Range(0, 100).Select(number => (Request: Request() with { SessionId = $"session {number}" }, number))
            .Select(item => (item.Request, First: balancer.Pick(item.Request, candidates))).ToList();

        Assert.Equal(3, picks.Select(pick => pick.First).Distinct().Count());
        Assert.All(
            picks.Where(pick => pick.First != candidates[2]),
            pick => Assert.Same(pick.First, balancer.Pick(pick.Request, candidates[..2])));
    }

    [Fact]
    public void BalancingExample_LeastBusy_CountsForTheWeight()
    {
        using var balancer = Balancer("The least busy account");

        Assert.Equal("b", balancer.Pick(Request(), [new("a") { InFlight = 1 }, new("b") { InFlight = 3, Weight = 5 }])!.AccountId);
    }

    private static RequestFacts Request() => new() { RequestId = "r", Method = "POST", Path = "/v1/messages" };

    // By the heading above it.
    private static Dictionary<string, string> ExamplesOf(string kind) => Fences().Matches(s_document)
        .Where(match => match.Groups["kind"].Value == kind)
        .ToDictionary(
            match => Headings().Matches(s_document[..match.Index])[^1].Groups["text"].Value,
            match => match.Groups["code"].Value);

    [GeneratedRegex("^```csharp (?<kind>\\w+)\\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    private ScriptedLoadBalancer Balancer(string example) => new(
        new ScriptCompiler(null, NullLogger.Instance).Compile<BalancingContext, Candidate>(_folder.Write(ExamplesOf("balancing")[example])),
        new Random(1));
}
