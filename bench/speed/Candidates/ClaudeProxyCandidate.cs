using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeProxy.Speed.Candidates;

/// <summary>claude-proxy with what a team has on: keys for its clients, several accounts by weight, failover, and a log of requests in a file.</summary>
internal sealed class ClaudeProxyCandidate(string program, IReadOnlyDictionary<string, string> environment) : ICandidate
{
    private const string AdminKey = "bench-admin-key-1";

    private static readonly int[] s_weights = [5, 3, 2];
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <inheritdoc />
    public string Name => "claude-proxy";

    /// <inheritdoc />
    public bool CompilesWhileItRuns => true;

    /// <inheritdoc />
    public Launch Prepare(Setup setup)
    {
        var path = Path.Combine(setup.Folder, "config.json");
        var config = new JsonObject
        {
            ["port"] = setup.Port,
            ["auth"] = true,
            ["auth_keys"] = new JsonArray("bench-client-key-1", "bench-client-key-2"),
            ["admin_keys"] = new JsonArray(AdminKey),
            ["algorithm"] = "weighted_round_robin",
            ["mode"] = setup.Wanted.IsInOrder ? "fallback" : "load_balance",
            ["fallback"] = true,
            ["policy"] = setup.Wanted.Policy,
            ["servers"] = new JsonArray([.. setup.Wanted.Accounts.Select((upstream, i) => new JsonObject
            {
                ["name"] = $"account-{i + 1}",
                ["url"] = $"http://127.0.0.1:{upstream}",
                ["token"] = $"sk-ant-api03-bench-{i + 1}",
                ["priority"] = setup.Wanted.IsInOrder ? i + 1 : 0,
                ["weight"] = s_weights[i % s_weights.Length],
            })]),
            ["logging"] = new JsonObject { ["file"] = Path.Combine(setup.Folder, "requests.log") },
        };
        File.WriteAllText(path, config.ToJsonString(s_indented));
        return new Launch(program, "--config", path)
        {
            Environment = new Dictionary<string, string>(environment)
            {
                ["XDG_STATE_HOME"] = setup.Folder,
                ["XDG_CACHE_HOME"] = setup.Folder,
            },
        };
    }

    /// <inheritdoc />
    public async Task ForgetFailuresAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/admin/accounts/account-1/reset");
        request.Headers.Add("x-api-key", AdminKey);
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
