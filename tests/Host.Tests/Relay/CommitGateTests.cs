using System.Text;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>How long a stream is held back until its first event tells whether it is a failure.</summary>
public sealed class CommitGateTests
{
    [Fact]
    public async Task NothingButPings_NothingReachesTheClientAndAnErrorStillFailsOver()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        upstream.On("token-b").Events(Sse.Message("from b"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));

        await stream.SendAsync(Sse.Ping);
        await stream.SendAsync(": wait\n\n" + Sse.Ping);
        Assert.False(responding.IsCompleted);
        await stream.SendAsync(Sse.Error("api_error", "Broken"));

        using var response = await responding;
        Assert.Equal(string.Concat(Sse.Message("from b")), await response.Content.ReadAsStringAsync().InTime());
    }

    [Fact]
    public async Task SilenceAfterAPing_StreamIsPassedOnAfterTenSecondsAndGoesOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendAsync(Sse.Ping);

        var began = clock.GetUtcNow();
        await clock.AdvanceUntilAsync(responding, TimeSpan.FromSeconds(1));
        using var response = await responding;

        Assert.True(clock.GetUtcNow() - began >= TimeSpan.FromSeconds(10));
        await stream.SendEventAsync("message_start");
        await stream.SendEventAsync("message_stop");
        stream.End();
        Assert.Equal(
            Sse.Ping + Sse.Event("message_start") + Sse.Event("message_stop"), await response.Content.ReadAsStringAsync().InTime());
    }

    [Fact]
    public async Task ErrorAfterTheGateHasOpened_ClientReadsItAndNobodyElseIsAsked()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendAsync(Sse.Ping);
        await clock.AdvanceUntilAsync(responding, TimeSpan.FromSeconds(1));
        using var response = await responding;

        await stream.SendAsync(Sse.Error());
        stream.End();

        Assert.Equal(Sse.Ping + Sse.Error(), await response.Content.ReadAsStringAsync().InTime());
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task ClientLeavesWhileTheGateIsClosed_UpstreamIsToldAndNobodyBlamed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using (var client = await RawClient.ConnectAsync(proxy.Address))
        {
            await client.SendAsync("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\r\n{}");
            await stream.SendAsync(Sse.Ping);
        }

        await stream.ClientLeft.InTime();
        Assert.Equal(0, (await proxy.AccountAsync("a")).GetProperty("failed").GetInt32());
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task SixtyFourKibibytesBeforeTheFirstEvent_StreamIsPassedOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        var comment = ":" + new string('x', 64 * 1024 - 1);

        await stream.SendAsync(comment);
        using var response = await responding;
        var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[comment.Length]).AsTask().InTime();
        await stream.SendAsync("\n" + Sse.Event("message_start") + Sse.Event("message_stop"));
        stream.End();

        using var rest = new StreamReader(body, Encoding.UTF8);
        Assert.Equal("\n" + Sse.Event("message_start") + Sse.Event("message_stop"), await rest.ReadToEndAsync().InTime());
    }

    [Fact]
    public async Task StreamEndsBeforeItsFirstEvent_NextAccountServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Ping);
        upstream.On("token-b").Events(Sse.Message("from b"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(string.Concat(Sse.Message("from b")), await response.Content.ReadAsStringAsync().InTime());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task StreamIsResetBeforeItsFirstEvent_NextAccountServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        upstream.On("token-b").Events(Sse.Message("from b"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));

        await stream.SendAsync(Sse.Ping + "event: message_st");
        await stream.ResetAsync();

        using var response = await responding;
        Assert.Equal(string.Concat(Sse.Message("from b")), await response.Content.ReadAsStringAsync().InTime());
    }
}
