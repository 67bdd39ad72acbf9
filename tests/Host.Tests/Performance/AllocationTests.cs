using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Performance;

/// <summary>What the program allocates for each request and for each event of a stream, as a process of its own. Bytes, not times: these are the
/// same on every machine.</summary>
public sealed class AllocationTests
{
    /// <summary>Of a small request from its first byte to its last, Kestrel and SocketsHttpHandler included.</summary>
    private const double BytesForRequest = 1;

    /// <summary>Of an event of a stream that comes alone.</summary>
    private const double BytesForEvent = 1;

    private static readonly (string, string)[] s_answerHeaders =
    [
        ("content-type", "application/json"), ("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy"), ("anthropic-organization-id", "8f8d4b8e-2f6e-4f2e-9b8e-0c0f6f6f6f6f"),
        ("anthropic-workspace-id", "wrkspc_01ABCDEFGHIJKLMNOPQRSTUV"), ("anthropic-ratelimit-requests-limit", "4000"), ("anthropic-ratelimit-requests-remaining", "3999"),
        ("anthropic-ratelimit-requests-reset", "2099-01-01T00:00:00Z"), ("anthropic-ratelimit-input-tokens-limit", "2000000"),
        ("anthropic-ratelimit-input-tokens-remaining", "1999000"), ("anthropic-ratelimit-input-tokens-reset", "2099-01-01T00:00:00Z"),
        ("anthropic-ratelimit-output-tokens-limit", "400000"), ("anthropic-ratelimit-output-tokens-remaining", "400000"), ("anthropic-ratelimit-output-tokens-reset", "2099-01-01T00:00:00Z"),
    ];

    [Fact]
    public async Task SmallRequest_AllocatesNoMoreThanItsBudget()
    {
        const int Requests = 500;
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, """{"type":"message","content":[{"type":"text","text":"Hello"}],"usage":{"input_tokens":500,"output_tokens":2}}""", null, s_answerHeaders);
        await using var proxy = await StartAsync(upstream);
        using var client = ClientOf(proxy);
        await PostAsync(client, Requests);

        var before = await AllocatedAsync(client);
        await PostAsync(client, Requests);
        var after = await AllocatedAsync(client);
        var ofReport = await AllocatedAsync(client) - after;

        Assert.InRange((after - before - ofReport) / Requests, 1, BytesForRequest);
    }

    [Fact]
    public async Task EventOfAStream_AllocatesNoMoreThanItsBudget()
    {
        const int Events = 1000;
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await StartAsync(upstream);
        using var client = ClientOf(proxy);
        using var request = Request(stream: true);
        var sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await stream.SendEventAsync("message_start");
        using var response = await sending.InTime();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await PassEventsAsync(stream, reader, Events);

        var before = await AllocatedAsync(client);
        await PassEventsAsync(stream, reader, Events);
        var after = await AllocatedAsync(client);
        var ofReport = await AllocatedAsync(client) - after;

        Assert.InRange((after - before - ofReport) / Events, 0, BytesForEvent);
    }

    private static async Task<ProxyProcess> StartAsync(FakeUpstream upstream)
    {
        var folder = Directory.CreateTempSubdirectory("claude-proxy-test-").FullName;
        var config = ProxyHarness.Config(upstream, "a");
        config["auth"] = true;
        config["auth_keys"] = new JsonArray("test-client-key");
        config["algorithm"] = "weighted_round_robin";
        config["logging"] = new JsonObject { ["file"] = Path.Combine(folder, "log", "requests.log") };
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), config.ToJsonString());

        // Without tiers the code is the same from the first request on.
        return await ProxyProcess.StartAsync(("CONFIG_FILE", Path.Combine(folder, "config.json")), ("DOTNET_TieredCompilation", "0"), ("XDG_STATE_HOME", folder), ("XDG_CACHE_HOME", folder));
    }

    private static HttpClient ClientOf(ProxyProcess proxy) => new() { BaseAddress = proxy.Address, DefaultRequestHeaders = { { "x-api-key", "test-client-key" } } };

    private static HttpRequestMessage Request(bool stream)
    {
        var text = new string('x', 2000);
        return new HttpRequestMessage(HttpMethod.Post, "/v1/messages?beta=true")
        {
            Content = new StringContent($$"""{"model":"claude-sonnet-4-5","max_tokens":100,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""", Encoding.UTF8, "application/json"),
            Headers = { { "anthropic-version", "2023-06-01" }, { "anthropic-beta", "claude-code-20250219" }, { "x-claude-code-session-id", "5f0c7a9e-1c1a-4c53-9f8b-0d7a4f1f2a11" }, { "user-agent", "claude-cli/2.0 (external, cli)" } },
        };
    }

    private static async Task PostAsync(HttpClient client, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = Request(stream: false);
            using var response = await client.SendAsync(request).InTime();
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Each event is sent when the one before has arrived, so that none comes together with another.</summary>
    private static async Task PassEventsAsync(FakeStream stream, StreamReader reader, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await stream.SendEventAsync("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"word "}}""");
            string? line;
            do
            {
                line = await reader.ReadLineAsync().WaitAsync(Eventually.Limit);
            }
            while (line is not "event: content_block_delta");
        }
    }

    private static async Task<double> AllocatedAsync(HttpClient client)
    {
        var status = await client.GetFromJsonAsync<JsonElement>("/status").InTime();
        return status.GetProperty("process").GetProperty("allocated").GetDouble();
    }
}
