using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>An upstream with several accounts behind it goes away, and comes back.</summary>
public sealed class UpstreamOutageTests
{
    private static readonly TimeSpan s_cooldown = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TwoAccountsCannotReachIt_TheOthersBehindItRestUntried()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(gone, upstream));
        await gone.RefuseAsync();

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-d"], upstream.Attempts);
        var untried = await proxy.AccountAsync("c");
        Assert.Equal("cooling_down", untried.GetProperty("state").GetString());
        Assert.Equal("upstream: no connection (ConnectionRefused)", untried.GetProperty("reason").GetString());
        Assert.Equal(0, untried.GetProperty("failed").GetInt32());
        Assert.Equal((1, 2), await HealthAsync(proxy));
    }

    [Fact]
    public async Task OneAccountCannotReachIt_TheOthersBehindItStayUsable()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Reset();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["cooling_down", "usable", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task ItAnswersAgain_AllAccountsBehindItAreUsableAtOnce()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(Config(gone, upstream), clock);
        await gone.RefuseAsync();
        using (await proxy.PostMessageAsync())
        {
        }

        await gone.AcceptAsync();
        clock.Advance(s_cooldown);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal(["token-a"], gone.Attempts);
        Assert.Equal(["usable", "usable", "usable", "usable"], await proxy.StatesAsync());
        Assert.Single(proxy.Logs.Entries, entry => entry.EventId.Name == "UpstreamRecovered");
    }

    [Fact]
    public async Task ItAnswersWithAnError_ItIsReachableAndOnlyTheAccountRests()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        gone.On("token-a").Error(500, "api_error");
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(Config(gone, upstream), clock);
        await gone.RefuseAsync();
        using (await proxy.PostMessageAsync())
        {
        }

        await gone.AcceptAsync();
        clock.Advance(s_cooldown);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["cooling_down", "usable", "usable", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task ItIsStillGone_OneRequestProbesItAndItRestsTwiceAsLong()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(Config(gone, upstream), clock);
        await gone.RefuseAsync();
        using (await proxy.PostMessageAsync())
        {
        }

        clock.Advance(s_cooldown);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["cooling_down", "cooling_down", "cooling_down", "usable"], await proxy.StatesAsync());
        Assert.Equal(clock.GetUtcNow() + 2 * s_cooldown, (await proxy.AccountAsync("c")).GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task HundredAccountsBehindIt_TwoFindOutForAllAndOneForItsReturn()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        var clock = new ManualTimeProvider();
        var config = ProxyHarness.Config(gone, [.. Enumerable.Range(0, 100).Select(number => $"gone-{number}")]);
        config["mode"] = "fallback";
        config["servers"]!.AsArray().Add(ProxyHarness.Server(upstream, "d"));
        await using var proxy = await ProxyHarness.StartAsync(config, clock);
        await gone.RefuseAsync();

        for (var request = 0; request < 10; request++)
        {
            using var response = await proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        var accounts = (await proxy.StatusAsync()).GetProperty("accounts").EnumerateArray().ToList();
        Assert.Equal(2, accounts.Sum(account => account.GetProperty("failed").GetInt32()));
        Assert.Equal(100, accounts.Count(account => account.GetProperty("state").GetString() == "cooling_down"));
        Assert.Equal((1, 2), await HealthAsync(proxy));

        await gone.AcceptAsync();
        clock.Advance(s_cooldown);
        using (await proxy.PostMessageAsync())
        {
        }

        Assert.Single(gone.Attempts);
        Assert.All(await proxy.StatesAsync(), state => Assert.Equal("usable", state));
    }

    private static JsonObject Config(FakeUpstream gone, FakeUpstream other)
    {
        var config = ProxyHarness.Config(gone, "a", "b", "c");
        config["mode"] = "fallback";
        config["servers"]!.AsArray().Add(ProxyHarness.Server(other, "d"));
        return config;
    }

    private static async Task<(int Available, int CoolingDown)> HealthAsync(ProxyHarness proxy)
    {
        var health = await proxy.HealthAsync();
        return (health.GetProperty("available_servers").GetInt32(), health.GetProperty("cooling_down").GetInt32());
    }
}
