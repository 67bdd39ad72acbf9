using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

/// <summary>A reload replaces what it must, and nothing else.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task PolicySaved_ConnectionsAndTurnsGoOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartWithScriptAsync(upstream, "a", "b", "c");
        Assert.Equal("a b", await proxy.ServedByAsync(2));

        await proxy.ReloadedAsync(() => proxy.Write("x.csx", "return Respond();"));

        Assert.Equal("c a", await proxy.ServedByAsync(2));
        Assert.Single(upstream.Requests.Select(request => request.ConnectionId).Distinct());
    }

    [Fact]
    public async Task ConfigRewritten_ConnectionsAndTurnsGoOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c");
        Assert.Equal("a b", await proxy.ServedByAsync(2));

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b", "c", "d").With("cooldown", 7)));

        Assert.Equal("c d a", await proxy.ServedByAsync(3));
        Assert.Single(upstream.Requests.Select(request => request.ConnectionId).Distinct());
    }

    [Fact]
    public async Task PolicySaved_AccountSourceIsNotStartedAgain()
    {
        await using var proxy = await ProxyHarness.StartAsync(Simulated(accounts: 2));
        var addresses = await AddressesAsync(proxy);
        proxy.Write("x.csx", "return NextAccount();");

        await proxy.ReloadedAsync(() => proxy.WriteConfig(Simulated(accounts: 2).With("policy", "x.csx")));
        await proxy.ReloadedAsync(() => proxy.Write("x.csx", "return Respond();"));

        Assert.Equal(addresses, await AddressesAsync(proxy));
    }

    [Fact]
    public async Task AccountSourceSettingsChanged_SourceIsStartedAnewAndTheOldOneEnds()
    {
        await using var proxy = await ProxyHarness.StartAsync(Simulated(accounts: 2));
        var addresses = await AddressesAsync(proxy);

        await proxy.ReloadedAsync(() => proxy.WriteConfig(Simulated(accounts: 3)));

        Assert.Equal(3, (await AddressesAsync(proxy)).Length);
        Assert.Empty((await AddressesAsync(proxy)).Intersect(addresses));
        using var client = new HttpClient();
        await Eventually.HoldsAsync(() => IsRefused(client, addresses[0]));
    }

    [Fact]
    public async Task SettingsOfTheBalancerChanged_OnlyTheBalancerIsMadeAnew()
    {
        await using var proxy = await ProxyHarness.StartAsync(Simulated(accounts: 3));
        PluginSource.WriteBalancer(
            Path.Combine(proxy.Folder, "plugins"), "PicksNumber", "picks_number", "return candidates[_number];",
            """private readonly int _number = context.Settings.GetInt32("number", 0);""");
        proxy.Write("x.csx", "return Respond();");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(WithNumber(0)));
        var addresses = await AddressesAsync(proxy);
        await AskAsync(proxy);
        var scriptsSoFar = proxy.Logs.Of("ScriptCompiled").Count + proxy.Logs.Of("ScriptLoaded").Count;

        await proxy.ReloadedAsync(() => proxy.WriteConfig(WithNumber(2)));
        await AskAsync(proxy);

        Assert.Equal(["sim-1", "sim-3"], proxy.Logs.Of("RequestServed").Select(entry => entry.Value("AccountId")));
        Assert.Equal(addresses, await AddressesAsync(proxy));
        Assert.Equal(scriptsSoFar, proxy.Logs.Of("ScriptCompiled").Count + proxy.Logs.Of("ScriptLoaded").Count);
        Assert.Single(proxy.Logs.Of("PluginLoaded"), entry => entry.Message.Contains("PicksNumber"));

        static JsonObject WithNumber(int number) => Simulated(accounts: 3).With("policy", "x.csx").With("algorithm", "picks_number")
            .With("plugins", new JsonObject { ["settings"] = new JsonObject { ["picks_number"] = new JsonObject { ["number"] = number } } });
    }

    [Fact]
    public async Task ConnectTimeoutChanged_NewConnectionsAreMadeAndRequestsInFlightEnd()
    {
        var gate = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"));
        var late = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        await proxy.ReloadedAsync(() => proxy.WriteConfig(
            ProxyHarness.Config(upstream, "a", "b").With("timeouts", new JsonObject { ["connect"] = "3s" })));

        Assert.Equal("b", await proxy.ServedByAsync());
        gate.SetResult();
        using var response = await late;
        Assert.Equal("late", await response.Content.ReadAsStringAsync());
    }

    private static async Task<ProxyHarness> StartWithScriptAsync(FakeUpstream upstream, params string[] accounts)
    {
        var proxy = await ProxyHarness.StartAsync(upstream, accounts);
        proxy.Write("x.csx", "return NextAccount();");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, accounts).With("policy", "x.csx")));
        return proxy;
    }

    private static JsonObject Simulated(int accounts) =>
        new() { ["accounts"] = new JsonObject { ["source"] = "simulator", ["accounts"] = accounts } };

    private static async Task<string[]> AddressesAsync(ProxyHarness proxy) =>
        [.. (await proxy.StatusAsync()).GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("upstream").GetString()!)];

    private static async Task AskAsync(ProxyHarness proxy)
    {
        using var response = await proxy.PostMessageAsync();
        Assert.True(response.IsSuccessStatusCode);
        await response.Content.ReadAsStringAsync().InTime();
        await Eventually.HoldsAsync(() => proxy.StatusAsync().Result.GetProperty("requests_in_flight").GetInt32() == 0);
    }

    private static bool IsRefused(HttpClient client, string address)
    {
        try
        {
            using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, address));
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
