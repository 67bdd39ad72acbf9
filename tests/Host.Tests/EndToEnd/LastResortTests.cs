using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>When all accounts rest, those to recover first are tried in turn, one request at a time each.</summary>
public sealed class LastResortTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task AllCoolDown_ThoseToRecoverFirstAreTriedInTurn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error");
        upstream.On("token-b").Error(500, "api_error").Then(200, "from b");
        upstream.On("token-c").Error(500, "api_error");
        await using var proxy = await StartAsync(upstream, "c", "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-c", "token-a", "token-b"], upstream.Attempts.Skip(3));
        Assert.Equal("usable", await proxy.StateOfAsync("b"));
    }

    [Fact]
    public async Task AllCoolDown_AttemptsLimitHowManyAreTried()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        foreach (var token in (string[])["token-a", "token-b", "token-c"])
        {
            upstream.On(token).Error(500, "api_error");
        }

        await using var proxy = await StartAsync(upstream, ["a", "b", "c"], attempts: 2);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["token-a", "token-b"], upstream.Attempts.Skip(3));
    }

    [Fact]
    public async Task AllCoolDown_OneRequestAtATimeForEach()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Error(500, "api_error").Then(200, "from a").After(gate.Task);
        upstream.On("token-b").Error(500, "api_error").Then(200, "from b").After(gate.Task);
        await using var proxy = await StartAsync(upstream, "a", "b");

        var first = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(3);
        var second = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(4);
        using var third = await proxy.PostMessageAsync();
        gate.SetResult();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        Assert.Equal("from a", await (await first).Content.ReadAsStringAsync());
        Assert.Equal("from b", await (await second).Content.ReadAsStringAsync());
        Assert.Equal(4, upstream.Requests.Count);
    }

    [Fact]
    public async Task RateLimitedAndCoolingDown_TheRateLimitedIsTriedFirst()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error");
        upstream.On("token-b").Error(429, "rate_limit_error", retryAfter: "3000").Then(200, "from b");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        (await proxy.PostMessageAsync()).Dispose();

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a", "token-b", "token-b"], upstream.Attempts);
        Assert.Equal(["cooling_down", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task CooldownIsOver_OneProbeGoesInAndTheOthersAreServedElsewhere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Error(500, "api_error").Then(200, "from a").After(gate.Task);
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        (await proxy.PostMessageAsync()).Dispose();
        _clock.Advance(60 * s_second);

        var probe = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(3);
        for (var i = 0; i < 5; i++)
        {
            (await proxy.PostMessageAsync()).Dispose();
        }

        gate.SetResult();
        (await probe).Dispose();
        (await proxy.PostMessageAsync()).Dispose();
        Assert.Equal(
            ["token-a", "token-b", "token-a", "token-b", "token-b", "token-b", "token-b", "token-b", "token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task ProbesClientLeaves_TheNextRequestMayProbe()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error").Hang().Then(200, "from a");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        (await proxy.PostMessageAsync()).Dispose();
        using (var leaving = await RawClient.ConnectAsync(proxy.Address))
        {
            await leaving.SendAsync("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\r\n{}");
            await upstream.ReceivedAsync(2);
        }

        await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 0);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from a", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task NoFallbackAndAllCoolDown_TheFirstToRecoverIsTriedOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error");
        upstream.On("token-b").Error(500, "api_error");
        await using var proxy = await StartAsync(upstream, ["b", "a"], fallback: false);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["token-b"], upstream.Attempts.Skip(2));
    }

    private Task<ProxyHarness> StartAsync(FakeUpstream upstream, params string[] order) => StartAsync(upstream, order, attempts: 3);

    /// <summary>Starts a proxy and gives each account one request, a second apart: those that fail it recover in <paramref name="order"/>.</summary>
    private async Task<ProxyHarness> StartAsync(FakeUpstream upstream, string[] order, int attempts = 3, bool fallback = true)
    {
        var config = ProxyHarness.Config(upstream, [.. order.Order(StringComparer.Ordinal)]);
        config["failover"] = new JsonObject { ["attempts"] = attempts };
        config["fallback"] = fallback;
        foreach (var server in config["servers"]!.AsArray())
        {
            server!["models"] = new JsonArray("claude-*", $"only-{server["name"]}");
        }

        var proxy = await ProxyHarness.StartAsync(config, _clock);
        foreach (var account in order)
        {
            (await proxy.PostMessageAsync($$"""{"model":"only-{{account}}"}""")).Dispose();
            _clock.Advance(s_second);
        }

        return proxy;
    }
}
