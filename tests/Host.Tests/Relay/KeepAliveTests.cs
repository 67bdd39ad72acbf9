using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>While nothing has been sent for 15 seconds, the client of a stream gets a comment.</summary>
public sealed class KeepAliveTests
{
    private const string Sign = ": keep-alive\n\n";

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task UpstreamIsSilentBetweenTwoEvents_ClientGetsASignEvery15Seconds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        using var response = await BeginAsync(proxy, stream, Sse.Event("message_start"));

        var began = _clock.GetUtcNow();
        var signs = ReadAsync(response, Sse.Event("message_start").Length + (2 * Sign.Length));
        await _clock.AdvanceUntilAsync(signs, s_second);

        Assert.Equal(Sse.Event("message_start") + Sign + Sign, await signs);
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 30, 40);
        await stream.SendAsync(Sse.Event("message_stop"));
        stream.End();
        Assert.Equal(Sse.Event("message_stop"), await ReadAsync(response, Sse.Event("message_stop").Length));
    }

    [Theory]
    [InlineData("event: content_block_delta\n", ": keep-alive\n")]
    [InlineData("event: content_block_delta\ndata: {\"a\":", "")]
    public async Task UpstreamIsSilentWithinAnEvent_EventStaysWhole(string half, string sign)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        using var response = await BeginAsync(proxy, stream, Sse.Event("message_start") + half);
        var read = ReadAsync(response, Sse.Event("message_start").Length + half.Length + sign.Length);

        await _clock.AdvanceUntilAsync(Task.WhenAll(read, Task.Delay(TimeSpan.FromSeconds(20), _clock)), s_second);
        await stream.SendAsync("rest\n\n" + Sse.Event("message_stop"));
        stream.End();

        Assert.Equal(Sse.Event("message_start") + half + sign, await read);
        var rest = "rest\n\n" + Sse.Event("message_stop");
        Assert.Equal(rest, await ReadAsync(response, rest.Length));
    }

    [Fact]
    public async Task AnswerHasNotBegun_StreamIsOpenedAndTheAnswerFollows()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Events(Sse.Message("at last")).After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(1);

        await _clock.AdvanceUntilAsync(responding, s_second);
        gate.SetResult();
        using var response = await responding;

        Assert.Equal(("text/event-stream", HttpStatusCode.OK), (response.Content.Headers.ContentType!.MediaType, response.StatusCode));
        var text = await response.Content.ReadAsStringAsync().InTime();
        Assert.StartsWith(Sign, text, StringComparison.Ordinal);
        Assert.Equal(string.Concat(Sse.Message("at last")), text.Replace(Sign, "", StringComparison.Ordinal));
        Assert.True(response.Headers.Contains("x-claude-proxy-request-id"));
    }

    [Fact]
    public async Task RequestIsHeldAndFailsInTheEnd_OpenStreamEndsWithAnErrorEvent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["failover"] = new JsonObject { ["patience"] = "20s" };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        await upstream.RefuseAsync();

        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await _clock.AdvanceUntilAsync(responding, s_second);
        using var response = await responding;
        var reading = response.Content.ReadAsStringAsync();
        await _clock.AdvanceUntilAsync(reading, s_second);

        Assert.StartsWith(Sign + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"", await reading, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerToAnOpenStreamIsAnError_ClientReadsTheUpstreamsWords()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Error(400, "invalid_request_error", "prompt is too long").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(1);

        await _clock.AdvanceUntilAsync(responding, s_second);
        gate.SetResult();
        using var response = await responding;

        Assert.Contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long\"}",
            await response.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestWithoutStream_GetsNothingBeforeItsAnswer()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "{}").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        await _clock.AdvanceUntilAsync(Task.Delay(TimeSpan.FromSeconds(60), _clock), s_second);
        Assert.False(responding.IsCompleted);
        gate.SetResult();

        using var response = await responding;
        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task KeepAliveIsOff_SilenceStaysSilent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        var config = ProxyHarness.Config(upstream, "a");
        config["timeouts"] = new JsonObject { ["keep_alive"] = "0s" };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        using var response = await BeginAsync(proxy, stream, Sse.Event("message_start"));

        await _clock.AdvanceUntilAsync(Task.Delay(TimeSpan.FromSeconds(60), _clock), s_second);
        await stream.SendAsync(Sse.Event("message_stop"));
        stream.End();

        Assert.Equal(Sse.Event("message_start") + Sse.Event("message_stop"), await response.Content.ReadAsStringAsync().InTime());
    }

    private static async Task<HttpResponseMessage> BeginAsync(ProxyHarness proxy, FakeStream stream, string beginning)
    {
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendAsync(beginning);
        return await responding;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, int length)
    {
        var read = new byte[length];
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(read);
        return Encoding.UTF8.GetString(read);
    }
}
