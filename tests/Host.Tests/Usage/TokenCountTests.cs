using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Relay;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Usage;

/// <summary>Tokens as answers tell of them, counted while they pass.</summary>
public sealed class TokenCountTests
{
    private static readonly long[] s_counted = [1, 12, 300, 45_000, 500, 30], s_begun = [1, 12, 1, 45_000, 500, 30];

    [Fact]
    public async Task Stream_IsCountedInAllAndForAccountAndModel()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(CountedTokens.Events());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        var text = await response.Content.ReadAsStringAsync();
        var usage = await proxy.UsageAsync();

        Assert.Equal(string.Concat(CountedTokens.Events()), text);
        var total = usage.GetProperty("total");
        Assert.Equal(s_counted, total.Numbers());
        Assert.Equal(0.9881, total.GetProperty("cache_hit_share").GetDouble());
        Assert.Equal(40_345, total.GetProperty("saved_by_cache_tokens").GetDouble());
        Assert.Equal(s_counted, Assert.Single(usage.GetProperty("models").EnumerateObject(), model => model.Name == "claude-sonnet-5-5").Value.Numbers());
        Assert.Equal(s_counted, (await proxy.AccountAsync("a")).GetProperty("usage").Numbers());
        Assert.All((await proxy.AccountAsync("b")).GetProperty("usage").Numbers(), number => Assert.Equal(0, number));
    }

    [Fact]
    public async Task Stream_IsToldInTheLineOfTheRequest()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(CountedTokens.Events());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await response.Content.ReadAsStringAsync();
        var line = await LineAsync(proxy, "RequestServed");

        Assert.Equal(
            (12L, 300L, 45_000L, 530L),
            (line.Value("InputTokens"), line.Value("OutputTokens"), line.Value("CacheReadTokens"), line.Value("CacheWriteTokens")));
        Assert.Contains("tokens 12 in 300 out, cache 45000 read 530 written, hit 0.99", line.Message);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData(null, 1_000_000)]
    [InlineData("gzip", 10)]
    [InlineData("gzip", 1_000_000)]
    [InlineData("br", 10)]
    [InlineData("br", 1_000_000)]
    public async Task MessageInOnePiece_IsCountedAndPassedOnAsItIs(string? coding, int length)
    {
        var bytes = Compress(CountedTokens.Message(text: Noise(length)), coding);
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Run(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = coding;
            return context.Response.Body.WriteAsync(bytes).AsTask();
        });
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync();
        var passedOn = await response.Content.ReadAsByteArrayAsync();

        Assert.True(bytes.AsSpan().SequenceEqual(passedOn));
        Assert.Equal(s_counted, (await proxy.UsageAsync()).GetProperty("total").Numbers());
    }

    [Fact]
    public async Task ClientLeaves_WhatCameUntilThenIsCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var client = await LeavingClient.AskAsync(proxy);
        await stream.SendAsync(CountedTokens.Events()[0]);
        await client.ReadSomeAsync();
        await client.LeaveAsync(stream.ClientLeft);

        Assert.Equal(s_begun, (await proxy.UsageAsync()).GetProperty("total").Numbers());
        Assert.Equal(45_000L, (await LineAsync(proxy, "ClientLeft")).Value("CacheReadTokens"));
    }

    [Fact]
    public async Task UpstreamBreaksOff_WhatCameUntilThenIsCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(CountedTokens.Events()[..^2]);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await response.Content.ReadAsStringAsync();

        Assert.Equal(s_begun, (await proxy.UsageAsync()).GetProperty("total").Numbers());
        Assert.Equal(530L, (await LineAsync(proxy, "RequestCut")).Value("CacheWriteTokens"));
    }

    [Fact]
    public async Task AnswersThatAreNoMessage_DoNotCount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, CountedTokens.Message())
            .Then(404, CountedTokens.Message())
            .Events(Sse.Error("invalid_request_error"), CountedTokens.Events()[0])
            .Then(200, CountedTokens.Message());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        (await proxy.PostMessageAsync(path: "/v1/messages/count_tokens")).Dispose();
        (await proxy.PostMessageAsync()).Dispose();
        (await proxy.PostMessageAsync(Some.MessageBody(stream: true))).Dispose();
        (await proxy.PostMessageAsync(path: "/v1/messages?beta=true")).Dispose();

        Assert.Equal(s_counted, (await proxy.UsageAsync()).GetProperty("total").Numbers());
    }

    [Fact]
    public async Task AttemptsThatFail_DoNotCount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500, CountedTokens.Message());
        upstream.On("token-b").Answer(200, CountedTokens.Message());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        (await proxy.PostMessageAsync()).Dispose();

        Assert.Equal(s_counted, (await proxy.UsageAsync()).GetProperty("total").Numbers());
        Assert.Equal(s_counted, (await proxy.AccountAsync("b")).GetProperty("usage").Numbers());
    }

    [Fact]
    public async Task ClientsWithKeys_AreCountedByTheirShortNames()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, CountedTokens.Message());
        var config = ProxyHarness.Config(upstream, "a");
        (config["auth"], config["auth_keys"]) = (true, new JsonArray("first-SECRET", "second-SECRET"));
        await using var proxy = await ProxyHarness.StartAsync(config);
        proxy.Client.DefaultRequestHeaders.Add("x-api-key", "first-SECRET");

        (await proxy.PostMessageAsync()).Dispose();
        (await proxy.PostMessageAsync()).Dispose();
        var usage = await proxy.UsageAsync(requests: 2);

        var client = Assert.Single(usage.GetProperty("clients").EnumerateObject());
        Assert.Equal([2, 24, 600, 90_000, 1000, 60], client.Value.Numbers());
        Assert.Matches("^[0-9a-f]{8}$", client.Name);
        Assert.DoesNotContain("SECRET", (await proxy.StatusAsync()).GetRawText());
    }

    [Fact]
    public async Task Reload_ForgetsNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, CountedTokens.Message());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        (await proxy.PostMessageAsync()).Dispose();
        await proxy.UsageAsync();

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b").With("cooldown", 7)));

        var usage = await proxy.UsageAsync();
        Assert.Equal(s_counted, usage.GetProperty("total").Numbers());
        Assert.Equal(1, usage.GetProperty("conversations_remembered").GetInt32());
        Assert.Equal(s_counted, (await proxy.AccountAsync("a")).GetProperty("usage").Numbers());
    }

    [Fact]
    public async Task Simulator_CountsAddUpToWhatClientsWereTold()
    {
        await using var proxy = await ProxyHarness.StartAsync(new JsonObject { ["accounts"] = new JsonObject { ["source"] = "simulator", ["accounts"] = 1 } });

        using var first = await proxy.PostMessageAsync(CachedBody(stream: false));
        using var whole = JsonDocument.Parse(await first.Content.ReadAsStringAsync());
        using var second = await proxy.PostMessageAsync(CachedBody(stream: true));
        var told = whole.RootElement.GetProperty("usage");
        var (start, end) = ToldBy(await second.Content.ReadAsStringAsync());
        var total = (await proxy.UsageAsync(requests: 2)).GetProperty("total");

        long Sum(string name) => told.GetProperty(name).GetInt64() + start.GetProperty(name).GetInt64();
        long[] expected =
        [
            2, Sum("input_tokens"), told.GetProperty("output_tokens").GetInt64() + end.GetProperty("output_tokens").GetInt64(),
            Sum("cache_read_input_tokens"), Sum("cache_creation_input_tokens"), 0,
        ];
        Assert.Equal(expected, total.Numbers());
        Assert.True(Sum("cache_read_input_tokens") > 0 && Sum("cache_creation_input_tokens") > 0);
    }

    private static string CachedBody(bool stream) => JsonSerializer.Serialize(new
    {
        model = "claude-sonnet-5-5",
        max_tokens = 100,
        stream,
        system = new[] { new { type = "text", text = string.Join(' ', Enumerable.Range(0, 10_000)), cache_control = new { type = "ephemeral" } } },
        messages = new[] { new { role = "user", content = "Hello" } },
    });

    /// <summary>The usage of the first event that tells one, and of the last.</summary>
    private static (JsonElement Start, JsonElement End) ToldBy(string stream)
    {
        var events = stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line[6..]).RootElement).ToArray();
        return (
            events.Single(data => data.GetProperty("type").GetString() == "message_start").GetProperty("message").GetProperty("usage"),
            events.Last(data => data.GetProperty("type").GetString() == "message_delta").GetProperty("usage"));
    }

    private static async Task<LogEntry> LineAsync(ProxyHarness proxy, string name)
    {
        await Eventually.HoldsAsync(() => proxy.Logs.Entries.Any(entry => entry.EventId.Name == name));
        return Assert.Single(proxy.Logs.Entries, entry => entry.EventId.Name == name);
    }

    /// <summary>Text that compression cannot shorten by much.</summary>
    private static string Noise(int length)
    {
        var bytes = new byte[length * 3 / 4];
        new Random(1).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static byte[] Compress(string text, string? coding)
    {
        using var output = new MemoryStream();
        using (Stream compressing = coding switch
        {
            "br" => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(output),
        })
        {
            compressing.Write(Encoding.UTF8.GetBytes(text));
            compressing.Flush();
        }

        return output.ToArray();
    }
}
