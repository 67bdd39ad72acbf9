using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Stress;

/// <summary>Changes everything that can change while a proxy runs: configuration, policy, a plugin that is in use. For one thread at a time.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="always">The server that every configuration has.</param>
/// <param name="others">Servers that come and go.</param>
/// <param name="random">Chooses.</param>
internal sealed class StressChanges(ProxyHarness proxy, StressUpstream always, StressUpstream[] others, Random random)
{
    private static readonly string[] s_algorithms = ["round_robin", "weighted_round_robin", "random", "stress_choice", "choose.csx"];

    private static readonly string[] s_policies =
    [
        "return NextAccount();",
        "return NextAccount().CoolDown(Scope.Account, Seconds(0.05));",
        "return NextAccount().RateLimit(Scope.Account, Seconds(0.02));",
        "return RetryAfter is { } wait ? NextAccount().RateLimit(Scope.Workspace, wait) : NextAccount();",
        "return Status == 0 ? NextAccount().CoolDown(Scope.Upstream, Seconds(1)) : NextAccount().CoolDown(Scope.AccountModel, Seconds(1));",
        """throw new InvalidOperationException("no idea");""",
        "while (true) { }",
        "return this does not compile;",
    ];

    private static readonly string[] s_picks =
    [
        "return candidates[0];",
        "return candidates[^1];",
        "return candidates[request.RequestId[^1] % candidates.Count];",
        """throw new InvalidOperationException("no idea");""",
        """return new Candidate("stranger");""",
    ];

    private int _version;

    /// <summary>A first configuration, and all that later ones may name.</summary>
    public static JsonObject FirstConfig(StressUpstream always) => new()
    {
        ["fallback"] = true,
        ["servers"] = new JsonArray(always.Server()),
    };

    /// <summary>Lays down what configurations name, and then the first that names it.</summary>
    public async Task PrepareAsync()
    {
        proxy.Write("x.csx", s_policies[0]);
        proxy.Write("choose.csx", "return Candidates[0];");
        WritePlugin();
        await proxy.ReloadedAsync(() => proxy.WriteConfig(NextConfig()));
    }

    /// <summary>Makes one change, and waits until the proxy has taken it over or refused it.</summary>
    public async Task MakeAsync()
    {
        var before = Answers();
        switch (_version % 5)
        {
            case 1 or 3:
                proxy.Write("x.csx", $"{Any(s_policies)} // {_version}");
                break;
            case 4:
                WritePlugin();
                break;
            default:
                WriteConfig();
                break;
        }

        _version++;
        await Eventually.HoldsAsync(() => Answers() > before);
    }

    private int Answers() => proxy.Logs.Of("Reloaded").Count + proxy.Logs.Of("ReloadRefused").Count;

    private void WritePlugin() => PluginSource.WriteBalancer(
        Path.Combine(proxy.Folder, "plugins"), "StressChoice", "stress_choice", Any(s_picks), $"public const int Version = {_version};");

    private JsonObject NextConfig()
    {
        var servers = others.Where(_ => random.Next(4) > 0).Append(always).Select(upstream => upstream.Server()).ToArray();
        random.Shuffle(servers);
        Array.ForEach(servers, server => server["weight"] = random.Next(1, 5));
        return new JsonObject
        {
            ["fallback"] = true,
            ["algorithm"] = Any(s_algorithms),
            ["policy"] = "x.csx",
            ["cooldown"] = 1,
            ["failover"] = new JsonObject { ["attempts"] = 4, ["patience"] = "20s" }, // So many failures use up the budget for retries.
            ["timeouts"] = new JsonObject { ["connect"] = random.Next(4) == 0 ? "3s" : "5s" },
            ["servers"] = new JsonArray(servers),
        };
    }

    private void WriteConfig()
    {
        var config = NextConfig();
        if (random.Next(6) == 0)
        {
            config["no_such_key"] = true;
        }

        if (random.Next(2) == 0)
        {
            proxy.WriteConfig(config);
        }
        else
        {
            proxy.Write("config.json", config.ToJsonString());
        }
    }

    private string Any(string[] choices) => choices[random.Next(choices.Length)];
}
