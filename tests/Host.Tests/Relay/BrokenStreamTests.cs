using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>Answers that break after they have begun: the client must see that they are broken.</summary>
public sealed class BrokenStreamTests
{
    [Fact]
    public async Task StreamEndsWithoutItsEnd_ClientReadsAnErrorEvent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events([.. Sse.Message("Hello")[..^1]]);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        var text = await response.Content.ReadAsStringAsync().InTime();

        Assert.Equal(string.Concat(Sse.Message("Hello")[..^1]) + ErrorEvent("The upstream broke off the stream."), text);
        var entry = Assert.Single(proxy.Logs.Entries, entry => entry.EventId.Name == "RequestCut");
        Assert.Equal("Broken", entry.Value("Ending")!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("event: content_block_del")]
    [InlineData("event: content_block_delta\n")]
    [InlineData("event: content_block_delta\ndata: {\"text\":\"par")]
    [InlineData("event: content_block_delta\ndata: {\"text\":\"whole\"}\n")]
    public async Task StreamIsReset_ClientReadsWholeEventsAndThenAnErrorEvent(string half)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));

        await stream.SendAsync(Sse.Event("message_start") + half);
        using var response = await responding;
        var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[Encoding.UTF8.GetByteCount(Sse.Event("message_start") + half)]).AsTask().InTime();
        await stream.ResetAsync();
        var rest = await new StreamReader(body).ReadToEndAsync().InTime();

        using var whole = new MemoryStream(Encoding.UTF8.GetBytes(half + rest));
        Assert.Equal("error", SseParser.Create(whole).Enumerate().Last().EventType);
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task StreamStalls_ClientReadsAnErrorEventWhenTheIdleLimitIsOver()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendEventAsync("message_start");
        using var response = await responding;

        var reading = response.Content.ReadAsStringAsync();
        var began = clock.GetUtcNow();
        await clock.AdvanceUntilAsync(reading, TimeSpan.FromSeconds(1));

        Assert.EndsWith(ErrorEvent("The upstream stopped sending."), await reading, StringComparison.Ordinal);
        Assert.True(clock.GetUtcNow() - began >= TimeSpan.FromSeconds(240));
        await stream.ClientLeft.InTime();
    }

    [Theory]
    [InlineData("content-length: 100\r\n\r\n{\"a\":")]
    [InlineData("transfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n")]
    public async Task AnswerWithoutEventsIsCut_ClientSeesABrokenConnection(string framing)
    {
        await using var upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n{framing}");
        await using var proxy = await StartAsync(upstream);

        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(proxy));
    }

    [Fact]
    public async Task StreamWithAKnownLengthIsCut_ClientSeesABrokenConnection()
    {
        await using var upstream = RawUpstream.Start(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 1000\r\n\r\n" + Sse.Event("message_start"));
        await using var proxy = await StartAsync(upstream);

        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(proxy));
    }

    [Fact]
    public async Task BreakAfterTheFirstEvent_BenchesNobody()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Event("message_start"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await response.Content.ReadAsStringAsync().InTime();

        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task StreamOfAnotherApiEndsWithoutMessageStop_IsLeftAsItIs()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events("data: {\"choices\":[]}\n\n", "data: [DONE]\n\n");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(path: "/v1/chat/completions");

        Assert.Equal("data: {\"choices\":[]}\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync().InTime());
    }

    private static async Task<string> ReadAsync(ProxyHarness proxy)
    {
        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        return await response.Content.ReadAsStringAsync().InTime();
    }

    private static Task<ProxyHarness> StartAsync(RawUpstream upstream) => ProxyHarness.StartAsync(new JsonObject
    {
        ["servers"] = new JsonArray(new JsonObject { ["name"] = "a", ["url"] = upstream.Address.ToString(), ["token"] = "token-a" }),
    });

    private static string ErrorEvent(string message) =>
        $"event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"api_error\",\"message\":\"{message}\"}}}}\n\n";
}
