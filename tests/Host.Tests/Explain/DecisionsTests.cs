using ClaudeProxy.Abstractions;
using ClaudeProxy.Administration;
using ClaudeProxy.Explain;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Tests.Usage;

namespace ClaudeProxy.Tests.Explain;

/// <summary>What a client's request leaves behind, end to end.</summary>
public sealed class DecisionsTests
{
    [Fact]
    public async Task ServedAtOnce_IsOneStepAndItsEnd()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        var report = await ExplainAsync(proxy, await SendAsync(proxy));

        var pick = Assert.IsType<PickStep>(Assert.Single(report.Steps));
        Assert.Equal(("a", "round_robin", 2, 2), (pick.Account, pick.By, pick.Usable, pick.Accounts));
        Assert.False(pick.IsLastResort);
        Assert.Empty(pick.Others);
        Assert.Equal((200, "a", 1, null), (report.End!.Status, report.End.Account, report.End.Attempts, report.End.Error));
        Assert.Equal(("POST", "/v1/messages", "claude-sonnet-5-5", false), (report.Method, report.Path, report.Model, report.Streaming));
    }

    [Fact]
    public async Task Served_TellsTheTokensOfTheAnswer()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, CountedTokens.Message());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var report = await ExplainAsync(proxy, await SendAsync(proxy));

        var end = report.End!;
        Assert.Equal((12, 300, 45_000, 530), (end.InputTokens, end.OutputTokens, end.CacheReadTokens, end.CacheWriteTokens));
        Assert.EndsWith("attempts 1, tokens 12 in 300 out, cache 45000 read 530 written", DecisionText.RowsOf(report).Last().Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedOver_TellsOutcomeDecisionRestAndWhyTheOthersWereSkipped()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "30");
        var config = ProxyHarness.Config(upstream, "a", "b", "c");
        (config["servers"]![0]!["priority"], config["servers"]![1]!["priority"], config["servers"]![2]!["priority"]) = (1, 2, 3);
        await using var proxy = await ProxyHarness.StartAsync(config);

        var report = await ExplainAsync(proxy, await SendAsync(proxy));

        Assert.Collection(
            report.Steps,
            step => Assert.Equal(("a", 1, 3), Assert.IsType<PickStep>(step) is var pick ? (pick.Account, pick.Usable, pick.Accounts) : default),
            step =>
            {
                var attempt = Assert.IsType<AttemptStep>(step);
                Assert.Equal(("a", 429, "rate_limit_error"), (attempt.Account, attempt.Outcome.Status, attempt.Outcome.ErrorType));
                Assert.Equal((TimeSpan.FromSeconds(30), "claude-sonnet-5-5"), (attempt.Outcome.RetryAfter, attempt.Outcome.Model));
                Assert.StartsWith("NextAccount().RateLimit(", attempt.Decision, StringComparison.Ordinal);
                Assert.InRange(attempt.Rests[0].Until - report.At, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
            },
            step =>
            {
                var pick = Assert.IsType<PickStep>(step);
                Assert.Equal("b", pick.Account);
                Assert.Equal([("a", Skipped.Tried), ("c", Skipped.LowerPriority)], pick.Others.Select(other => (other.Account, other.Why)));
            });
        Assert.Equal((200, "b", 2), (report.End!.Status, report.End.Account, report.End.Attempts));
    }

    [Fact]
    public async Task Refused_TellsWhereEveryAccountStood()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(503, "api_error");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var report = await ExplainAsync(proxy, await SendAsync(proxy));

        var note = Assert.IsType<NoteStep>(report.Steps[^1]);
        Assert.Equal([("a", Skipped.Tried)], note.Candidates.Select(candidate => (candidate.Account, candidate.Why)));
        Assert.Equal(503, report.End!.Status);
    }

    [Fact]
    public async Task UpstreamQuotesTheCredential_IsNotKept()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error", $"token-a is no key of ours. {new string('x', 10_000)}");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        var report = await ExplainAsync(proxy, await SendAsync(proxy));

        var message = report.Steps.OfType<AttemptStep>().Single().Outcome.ErrorMessage;
        Assert.StartsWith("*** is no key of ours.", message, StringComparison.Ordinal);
        Assert.Equal(300, message.Length);
    }

    [Fact]
    public async Task InFlight_IsToldAsFarAsItCame()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using var admin = new AdminClient(proxy.Address, new Secret(proxy.AdminKey));

        var waiting = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);
        var report = Assert.Single(await admin.LastAsync(5, onlyNotable: false, CancellationToken.None));
        gate.SetResult();
        using var late = await waiting;

        Assert.Null(report.End);
        Assert.Equal("a", Assert.IsType<PickStep>(Assert.Single(report.Steps)).Account);
    }

    private static async Task<string> SendAsync(ProxyHarness proxy)
    {
        using var response = await proxy.PostMessageAsync();
        await response.Content.ReadAsStringAsync().InTime();
        return response.Headers.GetValues("x-claude-proxy-request-id").Single();
    }

    /// <summary>The record, once the request is over: its client knows that a little earlier than the proxy.</summary>
    private static async Task<DecisionReport> ExplainAsync(ProxyHarness proxy, string requestId)
    {
        using var admin = new AdminClient(proxy.Address, new Secret(proxy.AdminKey));
        var report = await admin.FindAsync(requestId, CancellationToken.None).InTime();
        while (report.End is null)
        {
            report = await admin.FindAsync(requestId, CancellationToken.None).InTime();
        }

        return report;
    }
}
