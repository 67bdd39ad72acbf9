using System.Text.Json.Nodes;
using ClaudeProxy.Extensions;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

/// <summary>A policy of a script, in charge of a proxy whose account a answers 418 and whose account b serves.</summary>
public sealed class PolicyReloadTests
{
    private const string Next = "return Status == 418 ? NextAccount() : Respond();";

    [Fact]
    public async Task Saved_DecidesTheNextFailure()
    {
        await using var upstream = await TeapotAsync();
        await using var proxy = await StartAsync(upstream, "return Respond();");
        Assert.Equal("a teapot", await proxy.ServedByAsync());
        var version = await VersionAsync(proxy);

        await proxy.ReloadedAsync(() => proxy.Write("x.csx", "return NextAccount().CoolDown(Scope.Account, Minutes(7));"));

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Equal(420.0, Assert.Single(proxy.Logs.Of("CoolingDown")).Value("CooldownSeconds"));
        Assert.NotEqual(version, await VersionAsync(proxy));
    }

    [Fact]
    public async Task SavedAgainAndAgain_NoRequestIsLostAndOldVersionsUnload()
    {
        await using var upstream = await TeapotAsync();
        await using var proxy = await StartAsync(upstream, Next);
        var script = Path.Combine(proxy.Folder, "x.csx");
        using var enough = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => SendUntilAsync(proxy, enough.Token)).ToArray();

        for (var version = 1; version <= 5; version++)
        {
            await proxy.ReloadedAsync(() => proxy.Write("x.csx", $"{Next} // version {version}"));
        }

        await enough.CancelAsync();
        foreach (var client in clients)
        {
            Assert.All(await client.InTime(), served => Assert.Equal("b", served));
        }

        Assert.Empty(proxy.Logs.Of("Defect"));
        await Eventually.HoldsAsync(() => Reloads.LoadedContexts(script) == 1);
    }

    [Fact]
    public async Task DoesNotCompile_LastGoodOneStaysAndTheLogSaysWhere()
    {
        await using var upstream = await TeapotAsync();
        await using var proxy = await StartAsync(upstream, Next);

        var sentence = await proxy.RefusedAsync(() => proxy.Write("x.csx", "// a comment\nreturn Status == 418 ? NextAcount() : Respond();"));

        Assert.Contains("x.csx(2,24): error CS0103", sentence);
        Assert.Equal("b", await proxy.ServedByAsync());
        await proxy.ReloadedAsync(() => proxy.Write("x.csx", "return Respond();"));
        Assert.Equal("a teapot", await proxy.ServedByAsync());
    }

    [Fact]
    public async Task SavedBackToWhatItWas_NothingIsCompiled()
    {
        await using var upstream = await TeapotAsync();
        await using var proxy = await StartAsync(upstream, Next);
        await proxy.RefusedAsync(() => proxy.Write("x.csx", "return Nope;"));
        var compiled = proxy.Logs.Of("ScriptCompiled").Count;

        await proxy.ReloadedAsync(() => proxy.Write("x.csx", Next));

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Equal(compiled, proxy.Logs.Of("ScriptCompiled").Count);
        Assert.Empty(proxy.Logs.Of("ScriptLoaded"));
    }

    [Fact]
    public async Task Throws_BuiltInRulesDecideAndItIsToldOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(404, "not here");
        await using var proxy = await StartAsync(upstream, """throw new InvalidOperationException("out of ideas");""");

        Assert.Equal("b b b", await proxy.ServedByAsync(3));

        var told = Assert.Single(proxy.Logs.Of("ExtensionFailed")).Message;
        Assert.Contains("out of ideas", told);
        Assert.Contains("x.csx(1)", told);
        Assert.Null((await proxy.StatusAsync()).GetProperty("policy").GetProperty("set_aside").GetString());
    }

    [Fact]
    public async Task LoopsWithoutEnd_IsSetAsideUntilTheFileChanges()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(404, "not here");
        await using var proxy = await StartAsync(upstream, "while (true) { }", CallWatchdog.UsualLimit);

        Assert.Equal("b b b", await proxy.ServedByAsync(3));

        Assert.Contains("took more than 50ms", Assert.Single(proxy.Logs.Of("ExtensionSetAside")).Message);
        Assert.Contains("took more than 50ms", (await proxy.StatusAsync()).GetProperty("policy").GetProperty("set_aside").GetString());
        await proxy.ReloadedAsync(() => proxy.Write("x.csx", "return Respond();"));
        Assert.Equal("not here", await proxy.ServedByAsync());
        Assert.Null((await proxy.StatusAsync()).GetProperty("policy").GetProperty("set_aside").GetString());
    }

    [Fact]
    public async Task ScriptAsAlgorithm_ChoosesAndIsSwappedWhenSaved()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c");
        proxy.Write("choose.csx", "return Candidates[^1];");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b", "c").With("algorithm", "choose.csx")));
        Assert.Equal("c c", await proxy.ServedByAsync(2));

        await proxy.ReloadedAsync(() => proxy.Write("choose.csx", """return Candidates.First(one => one.AccountId == "b");"""));

        Assert.Equal("b b", await proxy.ServedByAsync(2));
    }

    [Fact]
    public async Task ProxyStartedAgain_CompiledFormIsUsed()
    {
        await using var upstream = await TeapotAsync();
        await using var proxy = await StartAsync(upstream, Next);
        Assert.Single(proxy.Logs.Of("ScriptCompiled"));
        Assert.Single(Directory.GetFiles(Path.Combine(proxy.Folder, "cache")));

        await proxy.RestartAsync();

        Assert.Equal("b", await proxy.ServedByAsync());
        Assert.Single(proxy.Logs.Of("ScriptCompiled"));
        Assert.Single(proxy.Logs.Of("ScriptLoaded"));
    }

    private static async Task<FakeUpstream> TeapotAsync()
    {
        var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(418, "a teapot");
        return upstream;
    }

    private static async Task<ProxyHarness> StartAsync(FakeUpstream upstream, string script, TimeSpan? callLimit = null)
    {
        var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), callLimit: callLimit);
        proxy.Write("x.csx", script);

        // The policy lets nobody rest, so every request needs a second attempt.
        var failover = new JsonObject { ["retry_budget"] = 100 };
        await proxy.ReloadedAsync(() => proxy.WriteConfig(
            ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback").With("policy", "x.csx").With("failover", failover)));
        return proxy;
    }

    private static async Task<string?> VersionAsync(ProxyHarness proxy) =>
        (await proxy.StatusAsync()).GetProperty("policy").GetProperty("version").GetString();

    private static async Task<List<string>> SendUntilAsync(ProxyHarness proxy, CancellationToken enough)
    {
        var served = new List<string>();
        while (!enough.IsCancellationRequested)
        {
            served.Add(await proxy.ServedByAsync());
        }

        return served;
    }
}
