using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Chaos.Upstreams;

namespace ClaudeProxy.Chaos.Proxies;

/// <summary>The configuration of claude-proxy for a run: the upstreams, and limits that fit a run of minutes.</summary>
internal static class ClaudeProxyConfig
{
    /// <summary>The arguments, once the configuration is written.</summary>
    public static string[] Write(string folder, int port, IReadOnlyList<Upstream> upstreams, int attempts)
    {
        var path = Path.Combine(folder, "config.json");
        var config = Create(upstreams, attempts);
        config["port"] = port;
        File.WriteAllText(path, config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return ["--config", path];
    }

    /// <summary>Two accounts of each upstream, told apart by their keys, as the API has them.</summary>
    public static JsonObject Create(IReadOnlyList<Upstream> upstreams, int attempts) => new()
    {
        ["fallback"] = true,
        ["cooldown"] = "2s",
        ["servers"] = new JsonArray([.. upstreams.SelectMany((upstream, i) => upstream.AccountPorts.Select((_, account) => new JsonObject
        {
            ["name"] = NameOf(i, account),
            ["url"] = $"http://127.0.0.1:{upstream.Port}",
            ["token"] = $"chaos-key-{account}",
            ["auth_header"] = "x-api-key",
        }))]),
        ["failover"] = new JsonObject { ["attempts"] = attempts, ["deadline"] = "30s", ["patience"] = "20s" },
        ["recovery"] = new JsonObject { ["ramp_up"] = "2s" },
        ["timeouts"] = new JsonObject { ["connect"] = "1s", ["first_byte"] = "3s", ["idle"] = "3s" },
        ["logging"] = new JsonObject { ["level"] = "warning" },
    };

    /// <summary>What an account is called.</summary>
    public static string NameOf(int upstream, int account) => $"upstream-{upstream}-key-{account}";
}
