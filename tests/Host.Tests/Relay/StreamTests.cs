using System.Net.ServerSentEvents;
using System.Text;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>Streams that go well.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("load_balance")]
    [InlineData("fallback")]
    public async Task EachEvent_IsWithTheClientBeforeTheUpstreamSendsTheNext(string mode)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var config = ProxyHarness.Config(upstream, "a");
        config["mode"] = mode;
        await using var proxy = await ProxyHarness.StartAsync(config);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));

        await stream.SendEventAsync("message_start", "{\"n\":0}");
        using var response = await responding;
        await using var events = Read(response);
        Assert.Equal("{\"n\":0}", await NextAsync(events));
        for (var n = 1; n < 20; n++)
        {
            await stream.SendEventAsync("content_block_delta", $"{{\"n\":{n}}}");
            Assert.Equal($"{{\"n\":{n}}}", await NextAsync(events));
        }

        await stream.SendEventAsync("message_stop");
        stream.End();
        Assert.Equal("{}", await NextAsync(events));
        Assert.False(await events.MoveNextAsync().AsTask().InTime());
    }

    [Fact]
    public async Task CommentsAndPings_ReachTheClientAtOnceToo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendEventAsync("message_start");
        using var response = await responding;
        var body = await response.Content.ReadAsStreamAsync();
        await ReadExactlyAsync(body, Sse.Event("message_start"));

        foreach (var part in (string[])[": thinking\n", "\n", Sse.Ping, "event: mes", "sage_stop\nda", "ta: {}\n\n"])
        {
            await stream.SendAsync(part);
            await ReadExactlyAsync(body, part);
        }

        stream.End();
        Assert.Equal(-1, body.ReadByte());
    }

    [Fact]
    public async Task CleanStreamInPiecesOfAnySize_ReachesTheClientByteForByte()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var random = new Random(7);
        var text = string.Concat(Sse.Message([.. Enumerable.Range(0, 2000).Select(_ => new string((char)random.Next('ä', 'ö'), random.Next(200)))]));
        var bytes = Encoding.UTF8.GetBytes(text);
        upstream.On("token-a").Run(async context =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            for (var sent = 0; sent < bytes.Length;)
            {
                var count = Math.Min(random.Next(1, 3000), bytes.Length - sent);
                await context.Response.Body.WriteAsync(bytes.AsMemory(sent, count));
                await context.Response.Body.FlushAsync();
                sent += count;
            }
        });
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync().InTime());
    }

    [Fact]
    public async Task StreamOfAnHourWithLongPauses_ArrivesWhole()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendEventAsync("message_start");
        using var response = await responding;
        await using var events = Read(response);
        await NextAsync(events);

        for (var pause = 0; pause < 18; pause++)
        {
            clock.Advance(TimeSpan.FromSeconds(200));
            await stream.SendEventAsync("content_block_delta", $"{pause}");
            Assert.Equal($"{pause}", await NextAsync(events));
        }

        await stream.SendEventAsync("message_stop");
        stream.End();
        Assert.Equal("{}", await NextAsync(events));
        Assert.False(await events.MoveNextAsync().AsTask().InTime());
    }

    [Fact]
    public async Task FirstByteComesLate_AnswerIsWaitedFor()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), clock);
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        clock.Advance(TimeSpan.FromSeconds(599));
        gate.SetResult();

        using var response = await responding;
        Assert.Equal("late", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task CompressedStream_PassesAsItIs()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        byte[] body = [0x1f, 0x8b, 1, 2, 3, 4, 5];
        upstream.On("token-a").Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(body);
        });
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync().InTime());
    }

    [Fact]
    public async Task UpstreamResetsAfterTheEndOfTheMessage_ClientSeesAWholeMessage()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        var message = string.Concat(Sse.Message("Hello"));

        await stream.SendAsync(message);
        using var response = await responding;
        var body = await response.Content.ReadAsStreamAsync();
        await ReadExactlyAsync(body, message);
        await stream.ResetAsync();

        Assert.Equal("", await new StreamReader(body).ReadToEndAsync().InTime());
        Assert.DoesNotContain(proxy.Logs.Entries, entry => entry.EventId.Name == "RequestCut");
    }

    private static IAsyncEnumerator<SseItem<string>> Read(HttpResponseMessage response) =>
        SseParser.Create(response.Content.ReadAsStream()).EnumerateAsync().GetAsyncEnumerator();

    private static async Task<string> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().InTime());
        return events.Current.Data;
    }

    private static async Task ReadExactlyAsync(Stream body, string expected)
    {
        var buffer = new byte[Encoding.UTF8.GetByteCount(expected)];
        await body.ReadExactlyAsync(buffer).AsTask().InTime();
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer));
    }
}
