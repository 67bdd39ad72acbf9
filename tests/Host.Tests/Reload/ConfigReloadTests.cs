using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

public sealed class ConfigReloadTests
{
    [Theory]
    [InlineData("renamed over the old one")]
    [InlineData("written in place")]
    public async Task FileRewritten_NextRequestGoesToTheNewServer(string how)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        Assert.Equal("a", await proxy.ServedByAsync());
        var config = ProxyHarness.Config(upstream, "b");

        await proxy.ReloadedAsync(() =>
        {
            if (how == "written in place")
            {
                proxy.Write("config.json", config.ToJsonString());
            }
            else
            {
                proxy.WriteConfig(config);
            }
        });

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.True((await proxy.StatusAsync()).GetProperty("last_reload").GetProperty("applied").GetBoolean());
    }

    [Fact]
    public async Task WeightsAndAlgorithmChanged_RequestsAreSharedAnew()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        Assert.Equal("a b a b", await proxy.ServedByAsync(4));
        var config = ProxyHarness.Config(upstream, "a", "b").With("algorithm", "weighted_round_robin");
        config["servers"]![0]!["weight"] = 3;

        await proxy.ReloadedAsync(() => proxy.WriteConfig(config));

        Assert.Equal("a a b a a a b a", await proxy.ServedByAsync(8));
    }

    [Fact]
    public async Task OnlyWeightsChanged_BalancerGoesOnWithThem()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("algorithm", "weighted_round_robin"));
        Assert.Equal("a b", await proxy.ServedByAsync(2));
        var config = ProxyHarness.Config(upstream, "a", "b").With("algorithm", "weighted_round_robin");
        config["servers"]![1]!["weight"] = 3;

        await proxy.ReloadedAsync(() => proxy.WriteConfig(config));

        Assert.Equal(6, (await proxy.ServedByAsync(8)).Count('b'));
    }

    [Fact]
    public async Task FallbackSwitchedOff_NextFailureReachesTheClient()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500, "broken");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback"));
        Assert.Equal("b", await proxy.ServedByAsync());

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a").With("fallback", false)));

        Assert.Equal("broken", await proxy.ServedByAsync());
        Assert.Equal(["token-a", "token-b", "token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task AuthKeysChanged_OldKeyIsRefusedAndNewKeyServed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(WithKey("key-1"));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync("key-1"));

        await proxy.ReloadedAsync(() => proxy.WriteConfig(WithKey("key-2")));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync("key-1"));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync("key-2"));
        Assert.DoesNotContain("key-1", proxy.Logs.Everything);
        Assert.DoesNotContain("key-2", proxy.Logs.Everything);

        JsonObject WithKey(string key) => ProxyHarness.Config(upstream, "a").With("auth", true).With("auth_keys", new JsonArray(key));

        async Task<HttpStatusCode> StatusOfAsync(string key)
        {
            using var response = await proxy.PostMessageAsync(headers: ("x-api-key", key));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task PolicyNamed_TakesChargeOfTheNextFailure()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(418, "a teapot");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback"));
        Assert.Equal("a teapot", await proxy.ServedByAsync());
        proxy.Write("policies/teapots.csx", "return Status == 418 ? NextAccount() : Respond();");

        await proxy.ReloadedAsync(() =>
            proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback").With("policy", "policies/teapots.csx")));

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.EndsWith("teapots.csx", (await proxy.StatusAsync()).GetProperty("policy").GetProperty("name").GetString());
    }

    [Fact]
    public async Task WhatOnlyAStartCanChange_IsToldAndTheRestApplies()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var config = ProxyHarness.Config(upstream, "b").With("failover", new JsonObject { ["body_memory"] = "2GiB" });

        await proxy.ReloadedAsync(() => proxy.WriteConfig(config));

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Contains("failover.body_memory", Assert.Single(proxy.Logs.Of("NeedsRestart")).Message);
    }

    [Fact]
    public async Task ReloadAskedFor_ReadsWhatNoFileTells()
    {
        var environment = new Dictionary<string, string> { ["TOKEN"] = "token-old" };
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["token"] = "${TOKEN}";
        await using var proxy = await ProxyHarness.StartAsync(config, environment: environment);
        Assert.Equal("old", await proxy.ServedByAsync());

        environment["TOKEN"] = "token-new";
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();

        Assert.Equal("new", await proxy.ServedByAsync());
    }
}
