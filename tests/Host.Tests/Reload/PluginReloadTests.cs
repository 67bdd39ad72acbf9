using System.Text.Json.Nodes;
using ClaudeProxy.Extensions;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Plugins;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

public sealed class PluginReloadTests
{
    [Fact]
    public async Task FolderCopiedIn_ItsAlgorithmCanBeUsed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        await proxy.ReloadedAsync(() => PluginSource.WriteBalancer(FolderOf(proxy), "CopiedFirst", "copied_first", "return candidates[^1];"));
        Assert.Contains("CopiedFirst", await PluginsAsync(proxy));
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("algorithm", "copied_first")));

        Assert.Equal("b b b", await proxy.ServedByAsync(3));
    }

    [Fact]
    public async Task ConfigFirstThenFolder_ItsAlgorithmIsUsed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        var sentence = await proxy.RefusedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("algorithm", "copied_last")));
        Assert.Contains("copied_last", sentence);

        await proxy.ReloadedAsync(() => PluginSource.WriteBalancer(FolderOf(proxy), "CopiedLast", "copied_last", "return candidates[^1];"));

        Assert.Equal("b b b", await proxy.ServedByAsync(3));
    }

    [Fact]
    public async Task FolderElsewhereNamedByTheConfig_IsWatchedToo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        await proxy.RefusedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b")
            .With("algorithm", "put_elsewhere").With("plugins", new JsonObject { ["folder"] = "elsewhere" })));

        await proxy.ReloadedAsync(() => PluginSource.WriteBalancer(
            Path.Combine(proxy.Folder, "elsewhere"), "PutElsewhere", "put_elsewhere", "return candidates[^1];"));

        Assert.Equal("b b b", await proxy.ServedByAsync(3));
    }

    [Fact]
    public async Task DllOverwrittenWhileRequestsRun_NewVersionTakesOverAndTheOldOneUnloads()
    {
        const string Plugin = "OverwrittenInUse";
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        PluginSource.WriteBalancer(FolderOf(proxy), Plugin, "overwritten_in_use", "return candidates[0];");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("algorithm", "overwritten_in_use")));
        using var enough = new CancellationTokenSource();
        var requests = SendUntilAsync(proxy, enough.Token);

        for (var version = 1; version <= 3; version++)
        {
            await proxy.ReloadedAsync(() => PluginSource.WriteBalancer(
                FolderOf(proxy), Plugin, "overwritten_in_use", $"return candidates[^1]; // version {version}", $"public const int Version = {version};"));
        }

        await enough.CancelAsync();
        Assert.All(await requests, served => Assert.Contains(served, new[] { "a", "b" }));
        Assert.Equal("b b b", await proxy.ServedByAsync(3));
        Assert.Empty(proxy.Logs.Of("RequestRefused"));
        await Eventually.HoldsAsync(() => Reloads.LoadedContexts(Plugin) == 1);
    }

    [Fact]
    public async Task FolderRemovedWhileInUse_PluginServesOnUntilTheConfigNamesAnother()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        PluginSource.WriteBalancer(FolderOf(proxy), "RemovedInUse", "removed_in_use", "return candidates[^1];");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("algorithm", "removed_in_use")));

        var sentence = await proxy.RefusedAsync(() => Directory.Delete(FolderOf(proxy), recursive: true));

        Assert.Contains("removed_in_use", sentence);
        Assert.Equal("b b", await proxy.ServedByAsync(2));
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b")));
        await Eventually.HoldsAsync(() => Reloads.LoadedContexts("RemovedInUse") == 0);
    }

    [Theory]
    [InlineData("TwoEntries")]
    [InlineData("NoEntry")]
    [InlineData("ThrowsInRegister")]
    [InlineData("WrongContract")]
    [InlineData("FutureContract")]
    public async Task BrokenPluginCopiedIn_CostsOneSentenceAndNothingElse(string project)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        Assert.Equal("a", await proxy.ServedByAsync());

        await proxy.ReloadedAsync(() => CopyTestPlugin(proxy, project));

        Assert.Contains(project, Assert.Single(proxy.Logs.Of("PluginFault")).Message);
        Assert.Equal("b a", await proxy.ServedByAsync(2));
    }

    [Theory]
    [InlineData("this is no assembly")]
    [InlineData("")]
    public async Task DllInUseOverwrittenByRubbish_OldVersionServesOn(string rubbish)
    {
        var plugin = $"Spoilt{rubbish.Length}";
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        PluginSource.WriteBalancer(FolderOf(proxy), plugin, "spoilt", "return candidates[^1];");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("algorithm", "spoilt")));

        await proxy.ReloadedAsync(() => proxy.Write($"plugins/{plugin}/{plugin}.dll", rubbish));

        Assert.Equal("b b", await proxy.ServedByAsync(2));
        var fault = (await proxy.StatusAsync()).GetProperty("plugin_faults")[0].GetString();
        Assert.Contains(plugin, fault);
        Assert.Contains("stays in force", fault);
        await proxy.ReloadedAsync(() => PluginSource.WriteBalancer(FolderOf(proxy), plugin, "spoilt", "return candidates[0];"));
        Assert.Equal("a a", await proxy.ServedByAsync(2));
    }

    [Theory]
    [InlineData("ThrowsInPick", """throw new InvalidOperationException("no idea");""", "no idea")]
    [InlineData("BlocksInPick", "Thread.Sleep(500); return candidates[0];", "took more than 50ms")]
    [InlineData("PicksStranger", """return new Candidate("stranger");""", "not among the candidates")]
    public async Task PickMisbehaves_ClientsSeeOnlySuccessAndThePluginIsSetAside(string plugin, string pick, string reason)
    {
        var offer = plugin.ToLowerInvariant();
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), callLimit: CallWatchdog.UsualLimit);
        PluginSource.WriteBalancer(FolderOf(proxy), plugin, offer, pick);
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("algorithm", offer)));

        // A balancer that blocks is not asked again before it has returned.
        await Eventually.HoldsAsync(() => Serves(proxy) && proxy.Logs.Of("ExtensionSetAside").Count > 0);

        Assert.Contains(reason, (await proxy.StatusAsync()).GetProperty("algorithm").GetProperty("set_aside").GetString());
        Assert.Single(proxy.Logs.Of("ExtensionFailed"));
        await proxy.ReloadedAsync(() => PluginSource.WriteBalancer(FolderOf(proxy), plugin, offer, "return candidates[^1];"));
        Assert.Equal("b b b", await proxy.ServedByAsync(3));
    }

    private static string FolderOf(ProxyHarness proxy) => Path.Combine(proxy.Folder, "plugins");

    private static bool Serves(ProxyHarness proxy)
    {
        Assert.Contains(proxy.ServedByAsync().Result, new[] { "a", "b" });
        return true;
    }

    private static async Task<List<string>> SendUntilAsync(ProxyHarness proxy, CancellationToken enough)
    {
        var served = new List<string>();
        while (!enough.IsCancellationRequested)
        {
            served.Add(await proxy.ServedByAsync());
        }

        return served;
    }

    private static async Task<string[]> PluginsAsync(ProxyHarness proxy) =>
        [.. (await proxy.StatusAsync()).GetProperty("plugins").EnumerateArray().Select(plugin => plugin.GetProperty("name").GetString()!)];

    private static void CopyTestPlugin(ProxyHarness proxy, string project)
    {
        using var folder = new PluginFolder();
        folder.Add(project);
        Directory.CreateDirectory(FolderOf(proxy));
        Directory.Move(folder[project], Path.Combine(FolderOf(proxy), project));
    }
}
