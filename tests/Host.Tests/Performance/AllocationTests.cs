using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Performance;

/// <summary>What the program allocates for a request and for an event of a stream, as a process of its own. Bytes, not times: they are the same
/// on every machine.</summary>
public sealed class AllocationTests
{
    /// <summary>Of a small request from its first byte to its last: Kestrel, SocketsHttpHandler and the line in the log included. A bare
    /// forwarder (<c>bench/floor</c>) needs seven tenths of it.</summary>
    private const double BytesForRequest = IsOptimized ? 15_500 : 19_500;

    /// <summary>Of an event of a stream that comes alone. A bare forwarder needs more.</summary>
    private const double BytesForEvent = 260;

    // What is not optimized keeps the locals of its methods in objects of their own.
#if DEBUG
    private const bool IsOptimized = false;
#else
    private const bool IsOptimized = true;
#endif

    private static readonly (string, string)[] s_headers =
    [
        ("content-type", "application/json"),
        ("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy"),
        ("anthropic-organization-id", "8f8d4b8e-2f6e-4f2e-9b8e-0c0f6f6f6f6f"),
        ("anthropic-workspace-id", "wrkspc_01ABCDEFGHIJKLMNOPQRSTUV"),
        ("anthropic-ratelimit-requests-limit", "4000"),
        ("anthropic-ratelimit-requests-remaining", "3999"),
        ("anthropic-ratelimit-requests-reset", "2099-01-01T00:00:00Z"),
        ("anthropic-ratelimit-input-tokens-limit", "2000000"),
        ("anthropic-ratelimit-input-tokens-remaining", "1999000"),
        ("anthropic-ratelimit-input-tokens-reset", "2099-01-01T00:00:00Z"),
        ("anthropic-ratelimit-output-tokens-limit", "400000"),
        ("anthropic-ratelimit-output-tokens-remaining", "400000"),
        ("anthropic-ratelimit-output-tokens-reset", "2099-01-01T00:00:00Z"),
    ];

    [Fact]
    public async Task SmallRequest_AllocatesNoMoreThanItsBudget()
    {
        const int Requests = 500;
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, """{"type":"message","content":[{"type":"text","text":"Hello"}],"usage":{"input_tokens":500,"output_tokens":2}}""", null, s_headers);
        await using var proxy = await StartAsync(upstream);
        await PostAsync(proxy.Client, Requests);

        var allocated = await AllocatedByAsync(proxy.Client, () => PostAsync(proxy.Client, Requests));

        Assert.InRange(allocated / Requests, BytesForRequest / 2, BytesForRequest);
    }

    [Fact]
    public async Task EventOfAStream_AllocatesNoMoreThanItsBudget()
    {
        const int Events = 1000;
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await StartAsync(upstream);
        using var events = await PassedEvents.BeginAsync(proxy.Client, stream);
        await events.PassAsync(Events);

        var allocated = await AllocatedByAsync(proxy.Client, () => events.PassAsync(Events));

        Assert.InRange(allocated / Events, 0, BytesForEvent);
    }

    private static async Task<ProgramRun> StartAsync(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a");
        config["auth"] = true;
        config["auth_keys"] = new JsonArray("test-client-key");
        config["algorithm"] = "weighted_round_robin";

        // Without tiers the code is the same from the first request on.
        var proxy = await ProgramRun.StartAsync(config, ("DOTNET_TieredCompilation", "0"));
        proxy.Client.DefaultRequestHeaders.Add("x-api-key", "test-client-key");
        return proxy;
    }

    private static async Task PostAsync(HttpClient client, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = ProgramRun.Request(stream: false);
            using var response = await client.SendAsync(request).InTime();
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>What the program allocated during <paramref name="work"/>, without what its report of that costs.</summary>
    private static async Task<double> AllocatedByAsync(HttpClient client, Func<Task> work)
    {
        var before = await AllocatedAsync(client);
        await work();
        var after = await AllocatedAsync(client);
        return after - before - (await AllocatedAsync(client) - after);
    }

    private static async Task<double> AllocatedAsync(HttpClient client)
    {
        var status = await client.GetFromJsonAsync<JsonElement>("/status").InTime();
        return status.GetProperty("process").GetProperty("allocated").GetDouble();
    }
}
