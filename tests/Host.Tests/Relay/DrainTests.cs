using System.Net.Sockets;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>What happens to streams when the program is asked to stop.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task StopDuringAStream_StreamEndsWholeAndNobodyNewComesIn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendEventAsync("message_start");
        using var response = await responding;

        var stopping = proxy.Proxy.StopAsync();
        await RefusesAsync(proxy);
        Assert.False(stopping.IsCompleted);
        await stream.SendEventAsync("message_stop");
        stream.End();

        Assert.Equal(Sse.Event("message_start") + Sse.Event("message_stop"), await response.Content.ReadAsStringAsync().InTime());
        await stopping.InTime();
    }

    [Fact]
    public async Task StopDuringAWaitForTheFirstByte_AnswerStillComes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        var stopping = proxy.Proxy.StopAsync();
        gate.SetResult();

        using var response = await responding;
        Assert.Equal("late", await response.Content.ReadAsStringAsync().InTime());
        await stopping.InTime();
    }

    [Fact]
    public async Task DrainTimeIsOver_StreamEndsAsAnErrorAndTheProgramEnds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream), clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendEventAsync("message_start");
        using var response = await responding;

        var stopping = proxy.Proxy.StopAsync();
        clock.Advance(s_drain - TimeSpan.FromTicks(1));
        await stream.SendAsync(Sse.Ping);
        Assert.False(stopping.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.EndsWith(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"The proxy is stopping.\"}}\n\n",
            await response.Content.ReadAsStringAsync().InTime(),
            StringComparison.Ordinal);
        await stream.ClientLeft.InTime();
        await stopping.InTime();
    }

    [Fact]
    public async Task DrainTimeIsOverBeforeTheFirstByte_ClientIsAskedToComeAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Hang();
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream), clock);
        var responding = proxy.PostMessageAsync();
        var received = await upstream.ReceivedAsync(1);

        var stopping = proxy.Proxy.StopAsync();
        clock.Advance(s_drain);

        using var response = await responding;
        Assert.Equal((503, "1"), ((int)response.StatusCode, response.Headers.GetValues("retry-after").Single()));
        Assert.Contains("The proxy is stopping", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await received.ClientLeft.InTime();
        await stopping.InTime();
    }

    private static JsonObject Config(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a");
        config["timeouts"] = new JsonObject { ["drain"] = s_drain.TotalSeconds };
        return config;
    }

    private static async Task RefusesAsync(ProxyHarness proxy)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(proxy.Address.Host, proxy.Address.Port).InTime();
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
