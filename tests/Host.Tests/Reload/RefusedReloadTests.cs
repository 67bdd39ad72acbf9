using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

public sealed class RefusedReloadTests
{
    [Theory]
    [InlineData("""{ "servers": [ { "url": """, "config.json")]
    [InlineData("""{ "fallbak": true, "servers": [ { "url": "http://127.0.0.1:9" } ] }""", "fallbak", "fallback")]
    [InlineData("""{ "algorithm": "round_robbin", "servers": [ { "url": "http://127.0.0.1:9" } ] }""", "algorithm", "round_robbin", "Did you mean round_robin?")]
    [InlineData("""{ "policy": "broken.csx", "servers": [ { "url": "http://127.0.0.1:9" } ] }""", "broken.csx(2,8): error CS0103", "Nope")]
    [InlineData("""{ "algorithm": "broken.csx", "servers": [ { "url": "http://127.0.0.1:9" } ] }""", "broken.csx(2,8): error CS0103", "Nope")]
    [InlineData("""{ "accounts": { "source": "simulator", "acounts": 3 } }""", "acounts", "Did you mean accounts?")]
    public async Task BadConfig_OldStaysInForceAndTheReasonIsTold(string config, params string[] facts)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        proxy.Write("broken.csx", "\nreturn Nope;");

        var sentence = await proxy.RefusedAsync(() => proxy.Write("config.json", config));

        Assert.All(facts, fact => Assert.Contains(fact, sentence));
        Assert.Contains(await proxy.LastFaultsAsync(), fault => sentence.EndsWith(fault, StringComparison.Ordinal));
        Assert.Equal("a", await proxy.ServedByAsync());

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "b")));

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Empty(await proxy.LastFaultsAsync());
    }

    [Fact]
    public async Task SeveralFaults_AreAllTold()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var config = ProxyHarness.Config(upstream, "a").With("algorithm", "nobody_offers_this").With("policy", "nor_this");

        await proxy.RefusedAsync(() => proxy.WriteConfig(config));

        var faults = await proxy.LastFaultsAsync();
        Assert.Contains(faults, fault => fault.Contains("nobody_offers_this"));
        Assert.Contains(faults, fault => fault.Contains("nor_this"));
    }

    [Fact]
    public async Task FileDeleted_OldStaysInForceUntilItIsBack()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var sentence = await proxy.RefusedAsync(() => File.Delete(proxy.ConfigPath));

        Assert.Contains("config.json", sentence);
        Assert.Equal("a", await proxy.ServedByAsync());
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "b")));
        Assert.Equal("b", await proxy.ServedByAsync());
    }

    [Fact]
    public async Task ScriptOfARefusedConfigMended_ConfigApplies()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(418, "a teapot");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        proxy.Write("teapots.csx", "return Nope;");
        await proxy.RefusedAsync(() =>
            proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback").With("policy", "teapots.csx")));

        await proxy.ReloadedAsync(() => proxy.Write("teapots.csx", "return NextAccount();"));

        Assert.Equal("b", await proxy.ServedByAsync());
    }

    [Fact]
    public async Task RefusedAgainAndAgain_LeavesNothingBehind()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var script = proxy.Write("good.csx", "return NextAccount();");
        proxy.WriteConfig(ProxyHarness.Config(upstream, "a").With("policy", "good.csx").With("algorithm", "nobody_offers_this"));

        for (var i = 0; i < 5; i++)
        {
            await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();
        }

        Assert.Contains("nobody_offers_this", Assert.Single(await proxy.LastFaultsAsync()));
        await Eventually.HoldsAsync(() => Reloads.LoadedContexts(script) == 0);
    }

    [Fact]
    public async Task NewSourceYieldsNoAccounts_AccountsThatWorkAreKept()
    {
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(new JsonObject { ["accounts"] = new JsonObject { ["source"] = "simulator" } }, clock);
        PluginSource.Write(Path.Combine(proxy.Folder, "plugins"), "SilentAccounts", """
            public sealed class Entry : IPlugin
            {
                public void Register(IPluginRegistry registry) => registry.AddAccountSource("silent_accounts", _ => new Source());
            }

            public sealed class Source : IAccountSource
            {
                public async IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    yield break;
                }
            }
            """);
        proxy.WriteConfig(new JsonObject { ["accounts"] = new JsonObject { ["source"] = "silent_accounts" } });

        await clock.AdvanceUntilAsync(proxy.Proxy.ReloadAsync(CancellationToken.None), TimeSpan.FromSeconds(1));

        Assert.Contains("silent_accounts", Assert.Single(await proxy.LastFaultsAsync()));
        var request = proxy.PostMessageAsync();
        await clock.AdvanceUntilAsync(request, TimeSpan.FromSeconds(1));
        using var response = await request;
        Assert.True(response.IsSuccessStatusCode);
    }
}
