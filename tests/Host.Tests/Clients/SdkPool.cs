using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;
using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.EndToEnd;

namespace ClaudeProxy.Tests.Clients;

/// <summary>A proxy in front of two simulated accounts, each with an upstream of its own; the first is asked first.</summary>
internal sealed class SdkPool : IAsyncDisposable
{
    private readonly SimulatedUpstream[] _upstreams;

    private SdkPool(SimulatedUpstream[] upstreams, SimulatedAccount first, ProxyHarness proxy) => (_upstreams, First, Proxy) = (upstreams, first, proxy);

    /// <summary>The account that is to fail.</summary>
    public SimulatedAccount First { get; }

    /// <summary>The proxy.</summary>
    public ProxyHarness Proxy { get; }

    /// <summary>Starts it, with a first account that always fails so.</summary>
    public static async Task<SdkPool> StartAsync(SimulatedFault fault)
    {
        var accounts = new[] { Account("sim-1"), Account("sim-2") };
        accounts[0].Always = fault;
        var upstreams = new List<SimulatedUpstream>();
        foreach (var account in accounts)
        {
            upstreams.Add(await SimulatedUpstream.StartAsync([account], TimeProvider.System, new Random(1)));
        }

        var proxy = await ProxyHarness.StartAsync(new JsonObject
        {
            ["mode"] = "fallback",
            ["servers"] = new JsonArray([.. accounts.Zip(upstreams, (account, upstream) => new JsonObject
            {
                ["name"] = account.Id,
                ["url"] = upstream.Address.ToString(),
                ["token"] = account.Token,
            })]),
        });
        return new SdkPool([.. upstreams], accounts[0], proxy);
    }

    /// <summary>The official C# SDK, as it comes.</summary>
    public AnthropicClient CSharpSdk() => CSharpSdk(Proxy);

    /// <summary>The official C# SDK, as it comes.</summary>
    public static AnthropicClient CSharpSdk(ProxyHarness proxy) => new() { BaseUrl = proxy.Address.ToString(), ApiKey = "any" };

    /// <summary>What the clients ask.</summary>
    public static MessageCreateParams Question() => new()
    {
        Model = "claude-sonnet-5-5",
        MaxTokens = 1000,
        Messages = [new UserMessageParam { Content = "Hi" }],
    };

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        foreach (var upstream in _upstreams)
        {
            await upstream.DisposeAsync();
        }
    }

    private static SimulatedAccount Account(string id) =>
        new(id, $"token-{id}", new SimulatedWorkspace($"wrkspc_{id}", "org_1", new RateBudget(1000, 1_000_000_000)));
}
