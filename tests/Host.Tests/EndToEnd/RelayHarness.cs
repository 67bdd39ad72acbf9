using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>The whole proxy in front of a relay, with the accounts in a real Redis.</summary>
internal sealed class RelayHarness : IAsyncDisposable
{
    private RelayHarness(RedisServer redis, SimulatedRelay relay) => (Redis, Relay) = (redis, relay);

    public RedisServer Redis { get; }

    public SimulatedRelay Relay { get; }

    public ProxyHarness Proxy { get; private set; } = null!;

    /// <summary>Starts all three, with so many accounts that both Redis and relay know.</summary>
    /// <param name="accounts">How many.</param>
    /// <param name="change">Changes the proxy's configuration before it starts.</param>
    /// <param name="redisArguments">Further arguments of <c>redis-server</c>.</param>
    public static async Task<RelayHarness> StartAsync(int accounts, Action<JsonObject>? change = null, string[]? redisArguments = null)
    {
        var harness = new RelayHarness(await RedisServer.StartAsync(redisArguments ?? []), await SimulatedRelay.StartAsync());
        await harness.Redis.AddManyAsync(accounts);
        harness.RelayKnows(accounts);
        var config = harness.Config();
        change?.Invoke(config);
        harness.Proxy = await ProxyHarness.StartAsync(config);
        return await harness.ReadyAsync();
    }

    /// <summary>The same from the environment alone.</summary>
    public static async Task<RelayHarness> StartFromEnvironmentAsync(int accounts, params (string Name, string Value)[] environment)
    {
        var harness = new RelayHarness(await RedisServer.StartAsync(), await SimulatedRelay.StartAsync());
        await harness.Redis.AddManyAsync(accounts);
        harness.RelayKnows(accounts);
        var variables = environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        variables["TARGET_URL"] = harness.Relay.Address.ToString();
        variables["HOST"] = "127.0.0.1";
        variables["REDIS_HOST"] = "127.0.0.1";
        variables["REDIS_PORT"] = $"{harness.Redis.Port}";
        harness.Proxy = await ProxyHarness.StartFromEnvironmentAsync(variables);
        return await harness.ReadyAsync();
    }

    /// <summary>A configuration for this relay and Redis, refreshed each second.</summary>
    public JsonObject Config() => new()
    {
        ["accounts"] = new JsonObject
        {
            ["source"] = "redis_accounts", ["target_url"] = Relay.Address.ToString(), ["host"] = "127.0.0.1", ["port"] = Redis.Port, ["refresh"] = "1s",
        },
    };

    /// <summary>Lets the relay know the first accounts of <see cref="RelayAccounts.AddManyAsync"/>.</summary>
    public void RelayKnows(int accounts)
    {
        for (var number = 0; number < accounts; number++)
        {
            Relay.Knows(RelayAccounts.NumberedId(number));
        }
    }

    // On a busy machine the first list may come after the proxy has lost its patience and started without.
    private async Task<RelayHarness> ReadyAsync()
    {
        await Eventually.HoldsAsync(() => Proxy.HealthAsync().GetAwaiter().GetResult().GetProperty("ready").GetBoolean(), "the accounts are read");
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Relay.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
