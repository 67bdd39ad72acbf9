using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Keys of one workspace share its limits, as its answers tell.</summary>
public sealed class WorkspaceTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task OneKeyIsLimited_ItsWorkspaceIsLeftForThatClassOfModelsAndServesTheOthers()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream);

        // The key that comes second is not even tried: its limit is the same.
        await AssertServedByAsync(proxy, "claude-opus-4-1", "c");
        Assert.Equal(["token-a", "token-c"], upstream.Attempts.Skip(3));

        await AssertServedByAsync(proxy, "claude-opus-4-8", "c");
        await AssertServedByAsync(proxy, "claude-sonnet-4-5", "a");
        Assert.Equal(["token-c", "token-a"], upstream.Attempts.Skip(5));

        _clock.Advance(TimeSpan.FromSeconds(30));
        await AssertServedByAsync(proxy, "claude-opus-4-8", "a");
    }

    [Fact]
    public async Task OneKeyHasReachedTheSpendLimit_ItsWorkspaceServesNoModel()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream);

        await AssertServedByAsync(proxy, "spent", "c");
        await AssertServedByAsync(proxy, "claude-sonnet-4-5", "c");

        Assert.Equal(["token-a", "token-c", "token-c"], upstream.Attempts.Skip(3));
        Assert.Equal(["cooling_down", "cooling_down", "usable"], await proxy.StatesAsync());
        _clock.Advance(TimeSpan.FromMinutes(10));
        await AssertServedByAsync(proxy, "claude-sonnet-4-5", "a");
    }

    [Fact]
    public async Task OneKeyIsOverloaded_AnotherWorkspaceIsTriedBeforeTheOtherKeyOfItsOwn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Config(upstream);
        (config["mode"], config["algorithm"]) = ("load_balance", "least_recently_used");
        await using var proxy = await StartAsync(upstream, config);

        var responding = proxy.PostMessageAsync("""{"model":"claude-overloaded"}""");
        await _clock.AdvanceUntilAsync(responding, TimeSpan.FromMilliseconds(100));
        using var response = await responding;

        Assert.Equal("served by c", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a", "token-a", "token-a", "token-c"], upstream.Attempts.Skip(3));
    }

    [Fact]
    public async Task SixtyFourRequestsAreRefusedTogether_TheAccountRestsForTheirModelOnly()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Error(403, "permission_error").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream), _clock);
        var requests = Enumerable.Range(0, 64).Select(_ => proxy.PostMessageAsync()).ToArray();
        await upstream.ReceivedAsync(64);

        gate.SetResult();
        var responses = await Task.WhenAll(requests);

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(["usable", "usable", "usable"], await proxy.StatesAsync());
        Assert.Equal("claude-sonnet-5-5", Assert.Single((await proxy.AccountAsync("a")).GetProperty("models_resting").EnumerateObject()).Name);
    }

    /// <summary>Accounts a and b are of one workspace, c of another; each has answered once. Opus is limited on a, once.</summary>
    private async Task<ProxyHarness> StartAsync(FakeUpstream upstream, JsonObject? config = null)
    {
        var isLimited = true;
        foreach (var (name, workspace) in (ReadOnlySpan<(string, string)>)[("a", "wrkspc_1"), ("b", "wrkspc_1"), ("c", "wrkspc_2")])
        {
            upstream.On($"token-{name}").Run(context => AnswerAsync(context, upstream, name, workspace, () => name == "a" && isLimited && !(isLimited = false)));
        }

        var proxy = await ProxyHarness.StartAsync(config ?? Config(upstream), _clock);
        foreach (var name in (string[])["a", "b", "c"])
        {
            await AssertServedByAsync(proxy, $"only-{name}", name);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        return proxy;
    }

    private static Task AnswerAsync(HttpContext context, FakeUpstream upstream, string name, string workspace, Func<bool> takesLimit)
    {
        context.Response.Headers["anthropic-workspace-id"] = workspace;
        var body = upstream.Requests[^1].BodyText;
        if (body.Contains("opus", StringComparison.Ordinal) && takesLimit())
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "30";
            return context.Response.WriteAsync("""{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}""");
        }

        if (body.Contains("overloaded", StringComparison.Ordinal) && workspace == "wrkspc_1")
        {
            context.Response.StatusCode = 529;
            return context.Response.WriteAsync("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""");
        }

        if (body.Contains("spent", StringComparison.Ordinal) && name == "a")
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("""
                {"error":{"type":"invalid_request_error","message":"You have reached your specified workspace API usage limits."}}
                """);
        }

        return context.Response.WriteAsync($"served by {name}");
    }

    private static JsonObject Config(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a", "b", "c");
        config["mode"] = "fallback";
        foreach (var server in config["servers"]!.AsArray())
        {
            server!["models"] = new JsonArray("claude-*", "spent", $"only-{server["name"]}");
        }

        return config;
    }

    private static async Task AssertServedByAsync(ProxyHarness proxy, string model, string name)
    {
        using var response = await proxy.PostMessageAsync($$"""{"model":"{{model}}"}""");
        Assert.Equal($"served by {name}", await response.Content.ReadAsStringAsync().InTime());
    }
}
