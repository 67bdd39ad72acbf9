using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Performance;

/// <summary>The program as a process of its own, with a configuration file, and a client of it.</summary>
internal sealed class ProgramRun : IAsyncDisposable
{
    private readonly ProxyProcess _process;

    private ProgramRun(ProxyProcess process)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = process.Address };
    }

    /// <summary>A client without retries of its own.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts it with <paramref name="config"/> and <paramref name="environment"/>, and its log in a file.</summary>
    public static async Task<ProgramRun> StartAsync(JsonObject config, params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("claude-proxy-test-").FullName;
        config["logging"] = new JsonObject { ["file"] = Path.Combine(folder, "logs", "requests.log") };
        var path = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(path, config.ToJsonString());
        return new ProgramRun(await ProxyProcess.StartAsync([("CONFIG_FILE", path), ("XDG_STATE_HOME", folder), ("XDG_CACHE_HOME", folder), .. environment]));
    }

    /// <summary>A request of 2 KB as Claude Code sends it.</summary>
    public static HttpRequestMessage Request(bool stream)
    {
        var text = new string('x', 1500);
        var body = $$"""{"model":"claude-sonnet-4-5","max_tokens":100,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""";
        return new HttpRequestMessage(HttpMethod.Post, "/v1/messages?beta=true")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers =
            {
                { "anthropic-version", "2023-06-01" }, { "anthropic-beta", "claude-code-20250219" }, { "user-agent", "claude-cli/2.0 (external, cli)" },
                { "x-claude-code-session-id", "5f0c7a9e-1c1a-4c53-9f8b-0d7a4f1f2a11" },
            },
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }
}
