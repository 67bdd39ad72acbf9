using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

/// <summary>What accounts have learnt belongs to them, not to a generation.</summary>
public sealed class LearntStateTests
{
    [Fact]
    public async Task Reloaded_CooldownAndCountsGoOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        Assert.Equal("b b", await proxy.ServedByAsync(2));
        var until = (await proxy.AccountAsync("a")).GetProperty("until").GetDateTimeOffset();

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "c", "b", "a").With("cooldown", 5)));

        var (a, b) = (await proxy.AccountAsync("a"), await proxy.AccountAsync("b"));
        Assert.Equal("cooling_down", a.GetProperty("state").GetString());
        Assert.Equal(until, a.GetProperty("until").GetDateTimeOffset());
        Assert.Equal(1, a.GetProperty("failed").GetInt32());
        Assert.Equal("500", a.GetProperty("last_error").GetProperty("text").GetString());
        Assert.Equal(2, b.GetProperty("served").GetInt32());
    }

    [Fact]
    public async Task ReloadedWhileARequestIsInFlight_StillCountsUntilItsEnd()
    {
        var gate = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var request = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b")));

        Assert.Equal(1, (await proxy.AccountAsync("a")).GetProperty("in_flight").GetInt32());
        gate.SetResult();
        using var response = await request;
        Assert.Equal("late", await response.Content.ReadAsStringAsync());
        await Eventually.HoldsAsync(() => proxy.AccountAsync("a").Result.GetProperty("in_flight").GetInt32() == 0);
        Assert.Equal(1, (await proxy.AccountAsync("a")).GetProperty("served").GetInt32());
    }

    [Fact]
    public async Task AccountGoneAndBack_IsUnknownAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        await proxy.ServedByAsync();
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "b")));
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b")));

        var a = await proxy.AccountAsync("a");
        Assert.Equal("usable", a.GetProperty("state").GetString());
        Assert.Equal(0, a.GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task TokenReplaced_IsUsedAtOnceThoughTheOldOneWasRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback"));
        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
        var config = ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback");
        config["servers"]![0]!["token"] = "token-mended";

        await proxy.ReloadedAsync(() => proxy.WriteConfig(config));

        Assert.Equal("mended", await proxy.ServedByAsync());
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task TokenReplacedByAnotherBadOne_CoolsDownAgainAndLonger()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error");
        upstream.On("token-worse").Error(401, "authentication_error");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback"));
        await proxy.ServedByAsync();
        var config = ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback");
        config["servers"]![0]!["token"] = "token-worse";

        await proxy.ReloadedAsync(() => proxy.WriteConfig(config));

        Assert.Equal("b b", await proxy.ServedByAsync(2));
        Assert.Equal(["token-a", "token-b", "token-worse", "token-b", "token-b"], upstream.Attempts);
        Assert.Equal(2, proxy.Logs.Of("CoolingDown")[^1].Value("Failures"));
    }

    [Fact]
    public async Task AddressReplaced_IsUsedAtOnceThoughTheOldOneWasDead()
    {
        await using var dead = await FakeUpstream.StartAsync();
        await dead.RefuseAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(WithA(dead));
        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));

        await proxy.ReloadedAsync(() => proxy.WriteConfig(WithA(upstream)));

        Assert.Equal("a", await proxy.ServedByAsync());

        JsonObject WithA(FakeUpstream ofA) => new()
        {
            ["mode"] = "fallback",
            ["servers"] = new JsonArray(ProxyHarness.Server(ofA, "a"), ProxyHarness.Server(upstream, "b")),
        };
    }
}
