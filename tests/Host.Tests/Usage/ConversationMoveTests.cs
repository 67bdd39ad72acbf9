using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Usage;

/// <summary>Conversations that go from one prompt cache to another, and what that costs.</summary>
public sealed class ConversationMoveTests
{
    private static readonly (string, string) s_session = ("x-claude-code-session-id", "s-1");

    [Fact]
    public async Task ServedInAnotherWorkspace_IsAMoveAndItsWritesAreLost()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream, CountedTokens.Message(read: 0, write5m: 2000, write1h: 0), ("a", "w-1"), ("b", "w-1"), ("c", "w-2"));

        // The second reads what the first has written; the third cannot.
        await AskAsync(proxy, times: 3);
        var total = (await proxy.UsageAsync(requests: 3)).GetProperty("total");

        Assert.Equal(["token-a", "token-b", "token-c"], upstream.Attempts);
        Assert.Equal((1, 2000), total.Moves());
        Assert.Equal((1, 2000), (await proxy.AccountAsync("c")).GetProperty("usage").Moves());
        Assert.Equal((0, 0), (await proxy.AccountAsync("b")).GetProperty("usage").Moves());
    }

    [Fact]
    public async Task GrownMeanwhile_OnlyWhatWasCachedIsLost()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(CountedTokens.Events(read: 900, write5m: 0, write1h: 100));
        upstream.On("token-b").Events(CountedTokens.Events(read: 0, write5m: 0, write1h: 1500));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        await AskAsync(proxy, times: 2, stream: true);

        Assert.Equal((1, 1000), (await proxy.UsageAsync(requests: 2)).GetProperty("total").Moves());
    }

    [Fact]
    public async Task CacheHasForgottenIt_IsNoMove()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var clock = new ManualTimeProvider();
        await using var proxy = await StartAsync(upstream, clock, CountedTokens.Message(), ("a", "w-1"), ("b", "w-2"));

        await AskAsync(proxy, times: 1);
        await proxy.UsageAsync();
        clock.Advance(TimeSpan.FromMinutes(5));
        await AskAsync(proxy, times: 1);

        Assert.Equal((0, 0), (await proxy.UsageAsync(requests: 2)).GetProperty("total").Moves());
    }

    [Fact]
    public async Task OtherSessionModelOrSubAgent_IsAConversationOfItsOwn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream, CountedTokens.Message(), ("a", "w-1"), ("b", "w-2"));

        (await proxy.PostMessageAsync(headers: s_session)).Dispose();
        (await proxy.PostMessageAsync(headers: ("x-claude-code-session-id", "s-2"))).Dispose();
        (await proxy.PostMessageAsync(headers: ("x-claude-code-session-id", "s-3"))).Dispose();
        (await proxy.PostMessageAsync(headers: [s_session, ("x-claude-code-agent-id", "agent-1")])).Dispose();
        (await proxy.PostMessageAsync(headers: ("x-claude-code-session-id", "s-4"))).Dispose();
        (await proxy.PostMessageAsync(Some.MessageBody().Replace("claude-sonnet-5-5", "claude-haiku-5", StringComparison.Ordinal), headers: s_session)).Dispose();
        var usage = await proxy.UsageAsync(requests: 6);

        Assert.Equal((0, 0), usage.GetProperty("total").Moves());
        Assert.Equal(6, usage.GetProperty("conversations_remembered").GetInt32());
    }

    [Fact]
    public async Task RequestBesideTheConversation_NeitherMovesItNorIsAMove()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, CountedTokens.Message());
        upstream.On("token-b").Answer(200, CountedTokens.Message(read: 0, write5m: 0, write1h: 0));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        await AskAsync(proxy, times: 3);

        Assert.Equal(["token-a", "token-b", "token-a"], upstream.Attempts);
        Assert.Equal((0, 0), (await proxy.UsageAsync(requests: 3)).GetProperty("total").Moves());
    }

    private static async Task AskAsync(ProxyHarness proxy, int times, bool stream = false)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: stream), headers: s_session);
            await response.Content.ReadAsStringAsync();
        }
    }

    private static Task<ProxyHarness> StartAsync(FakeUpstream upstream, string message, params (string Account, string Workspace)[] accounts) =>
        StartAsync(upstream, TimeProvider.System, message, accounts);

    private static Task<ProxyHarness> StartAsync(FakeUpstream upstream, TimeProvider clock, string message, params (string Account, string Workspace)[] accounts)
    {
        foreach (var (account, workspace) in accounts)
        {
            upstream.On($"token-{account}").Answer(200, message, null, ("anthropic-workspace-id", workspace));
        }

        return ProxyHarness.StartAsync(ProxyHarness.Config(upstream, [.. accounts.Select(account => account.Account)]), clock);
    }
}
