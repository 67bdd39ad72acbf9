using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Tests.Wire;

namespace ClaudeProxy.Tests.Endpoint;

/// <summary>How long bodies may be, one by one and all together.</summary>
public sealed class BodyLimitTests
{
    private const int Kibibyte = 1024;

    private static void Limit(JsonObject config, int maxBody, int bodyMemory) =>
        config["failover"] = new JsonObject { ["max_body"] = maxBody, ["body_memory"] = bodyMemory };

    private static string Chunked(string body) =>
        $"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BodyAtTheLimit_Passes(bool chunked)
    {
        await using var harness = await WireHarness.StartAsync(configure: config => Limit(config, 100 * Kibibyte, 100 * Kibibyte));
        var body = new string('x', 100 * Kibibyte);

        var answer = await harness.SendAsync(chunked ? Chunked(body) : WireHarness.Post(body: body));

        Assert.Equal(200, answer.Status);
        Assert.Equal(body, Assert.Single(harness.Requests).Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BodyOverTheLimit_Is413InTheApisShapeAndNobodyElseSeesIt(bool chunked)
    {
        await using var harness = await WireHarness.StartAsync(configure: config => Limit(config, 100 * Kibibyte, 1000 * Kibibyte));
        var body = new string('x', (100 * Kibibyte) + 1);

        var answer = await harness.SendAsync(chunked ? Chunked(body) : WireHarness.Post(body: body));

        Assert.Contains("102400", WireHarness.AssertApiError(answer, 413, "request_too_large"));
        Assert.Equal("false", answer.Header("x-should-retry"));
        await harness.AssertUntouchedAsync();
        await Idle.EverythingIsReleasedAsync(harness.Proxy);
    }

    [Fact]
    public async Task ThirtyTwoMebibytes_PassWithTheDefaultLimits()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var body = WireHarness.LongBody(32 << 20);

        using var response = await proxy.PostMessageAsync(body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body))), upstream.Requests[0].BodySha256);
        Assert.Equal(Encoding.UTF8.GetByteCount(body).ToString(System.Globalization.CultureInfo.InvariantCulture), upstream.Requests[0].Header("content-length"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoRoomForOneMoreBody_Is503WithAWaitAndLaterThereIsRoom(bool chunked)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "served").After(gate.Task).Then(200, "served later");
        var config = ProxyHarness.Config(upstream, "a");
        Limit(config, 100 * Kibibyte, 150 * Kibibyte);
        await using var proxy = await ProxyHarness.StartAsync(config);
        var body = new string('x', 90 * Kibibyte);

        var first = proxy.PostMessageAsync(body);
        await upstream.ReceivedAsync(1);
        var held = (await proxy.StatusAsync()).GetProperty("body_memory_used").GetInt64();
        var refused = await RawClient.SendAsync(proxy.Address, chunked ? Chunked(body) : WireHarness.Post(body: body));
        using var small = await proxy.PostMessageAsync();
        gate.SetResult();
        using var served = await first;
        await Idle.EverythingIsReleasedAsync(proxy);
        using var later = await proxy.PostMessageAsync(body);

        Assert.Equal(90 * Kibibyte, held);
        WireHarness.AssertApiError(refused, 503, "api_error");
        Assert.InRange(int.Parse(refused.Header("retry-after")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(200, (int)small.StatusCode);
        Assert.Equal("served", await served.Content.ReadAsStringAsync());
        Assert.Equal("served later", await later.Content.ReadAsStringAsync());
        await WireHarness.AssertBlamelessAsync(proxy);
    }

    [Fact]
    public async Task AnnouncedBody_IsReservedBeforeItComes()
    {
        await using var harness = await WireHarness.StartAsync(configure: config => Limit(config, 100 * Kibibyte, 100 * Kibibyte));
        using var slow = await RawClient.ConnectAsync(harness.Proxy.Address);
        await slow.SendAsync($"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nexpect: 100-continue\r\ncontent-length: {100 * Kibibyte}\r\n\r\n");
        await slow.ReadMessageAsync();

        var refused = await harness.SendAsync(WireHarness.Post());
        await slow.SendAsync(new string('x', 100 * Kibibyte));
        var served = await slow.ReadMessageAsync();

        Assert.Equal((503, 200), (refused.Status, served.Status));
    }

    [Fact]
    public async Task StreamThatRuns_HoldsNoBody()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var posting = proxy.PostMessageAsync(Some.MessageBody(new string('x', 500_000), stream: true));
        await stream.Started;
        await stream.SendEventAsync("message_start");
        using var response = await posting;
        await Idle.BodiesAreReleasedAsync(proxy);

        Assert.Equal(1, (await proxy.StatusAsync()).GetProperty("requests_in_flight").GetInt32());
        await stream.SendEventAsync("message_stop");
        stream.End();
        Assert.EndsWith("message_stop\ndata: {}\n\n", await response.Content.ReadAsStringAsync());
        await Idle.EverythingIsReleasedAsync(proxy);
    }
}
