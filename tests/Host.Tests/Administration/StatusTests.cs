using System.Globalization;
using System.Text.Json;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Administration;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_FreshProxy_ShowsEveryAccountUnused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a", "b");
        (config["servers"]![1]!["weight"], config["servers"]![1]!["priority"]) = (7, 3);
        await using var proxy = await ProxyHarness.StartAsync(config);

        var status = await proxy.StatusAsync();

        Assert.True(status.GetProperty("ready").GetBoolean());
        Assert.False(status.GetProperty("draining").GetBoolean());
        Assert.Equal(0, status.GetProperty("requests_in_flight").GetInt32());
        Assert.Equal(0, status.GetProperty("body_memory_used").GetInt64());
        Assert.Equal(1L << 30, status.GetProperty("body_memory_limit").GetInt64());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("last_reload").ValueKind);
        Assert.Equal(["a", "b"], status.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("id").GetString()!));
        var b = await proxy.AccountAsync("b");
        Assert.Equal("usable", b.GetProperty("state").GetString());
        Assert.Equal((7, 3), (b.GetProperty("weight").GetInt32(), b.GetProperty("priority").GetInt32()));
        Assert.Equal((0, 0, 0), (b.GetProperty("in_flight").GetInt32(), b.GetProperty("served").GetInt32(), b.GetProperty("failed").GetInt32()));
        Assert.Equal(upstream.Address.ToString().TrimEnd('/'), b.GetProperty("upstream").GetString());
        Assert.All(["until", "reason", "last_error", "last_used", "workspace"], name => Assert.Equal(JsonValueKind.Null, b.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task Status_AccountsThatServedFailedAndWait_SaysWhatHappenedToEach()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Error(503, "api_error");
        upstream.On("token-b").Error(429, "rate_limit_error", retryAfter: "30");
        upstream.On("token-c").Answer(200, "c", null, ("anthropic-workspace-id", "wrkspc_1")).Then(200, "late").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c");

        using var served = await proxy.PostMessageAsync();
        var waiting = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(4);
        var inFlight = (await proxy.StatusAsync()).GetProperty("requests_in_flight").GetInt32();
        var (a, b, c) = (await proxy.AccountAsync("a"), await proxy.AccountAsync("b"), await proxy.AccountAsync("c"));
        gate.SetResult();
        using var late = await waiting;

        Assert.Equal(1, inFlight);
        Assert.Equal(("cooling_down", "503 api_error", 1), (Text(a, "state"), Text(a, "reason"), a.GetProperty("failed").GetInt32()));
        Assert.Equal("503 api_error", Text(a.GetProperty("last_error"), "text"));
        Assert.InRange(Time(a, "until"), Now.AddSeconds(20), Now.AddSeconds(61));
        Assert.Equal(("rate_limited", "429 rate_limit_error"), (Text(b, "state"), Text(b, "reason")));
        Assert.InRange(Time(b, "until"), Now.AddSeconds(1), Now.AddSeconds(31));
        Assert.Equal(("usable", 1, 1, "wrkspc_1"), (Text(c, "state"), c.GetProperty("served").GetInt32(), c.GetProperty("in_flight").GetInt32(), Text(c, "workspace")));
        Assert.InRange(Time(c, "last_used"), Now.AddMinutes(-1), Now);
    }

    [Fact]
    public async Task Status_PluginsAndPolicy_AreNamedWithFileAndVersion()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["policy"] = Path.Combine(Repository.Root, "policies", "default.csx");
        await using var proxy = await ProxyHarness.StartAsync(config);

        var status = await proxy.StatusAsync();

        Assert.Equal("round_robin", Text(status.GetProperty("algorithm"), "name"));
        Assert.EndsWith("default.csx", Text(status.GetProperty("policy"), "name"));
        Assert.Equal(8, Text(status.GetProperty("policy"), "version")!.Length);
        var plugin = status.GetProperty("plugins").EnumerateArray().Single(plugin => Text(plugin, "name") == "RoundRobin");
        Assert.EndsWith("RoundRobin.dll", Text(plugin, "file"));
        Assert.NotEmpty(Text(plugin, "version")!);
        Assert.Equal(["round_robin"], plugin.GetProperty("offers").EnumerateArray().Select(offer => offer.GetString()!));
    }

    [Fact]
    public async Task Status_AfterReloads_SaysHowTheLastOneWent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        await using var proxy = await ProxyHarness.StartAsync(config);

        config["cooldwon"] = 5;
        proxy.WriteConfig(config);
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();
        var refused = (await proxy.StatusAsync()).GetProperty("last_reload");
        config.Remove("cooldwon");
        proxy.WriteConfig(config);
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();
        var applied = (await proxy.StatusAsync()).GetProperty("last_reload");

        Assert.False(refused.GetProperty("applied").GetBoolean());
        Assert.Contains("Did you mean cooldown?", Assert.Single(refused.GetProperty("faults").EnumerateArray()).GetString());
        Assert.True(applied.GetProperty("applied").GetBoolean());
        Assert.Empty(applied.GetProperty("faults").EnumerateArray());
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static DateTimeOffset Time(JsonElement json, string name) => DateTimeOffset.Parse(Text(json, name)!, CultureInfo.InvariantCulture);
}
