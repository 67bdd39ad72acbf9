using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>Upstreams that answer, or stop listening, before they have read a large body (HTTP/1.1).</summary>
public sealed class EarlyAnswerTests
{
    private const string RateLimited =
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 30\r\ncontent-type: application/json\r\ncontent-length: 61\r\n\r\n"
        + """{"type":"error","error":{"type":"rate_limit_error"},"id":"x"}""";

    private static readonly string s_large = WireHarness.LongBody(16 << 20);

    private static JsonObject Config(TcpServer a, FakeUpstream b)
    {
        var config = WireHarness.Config(WireHarness.Server(a.Address, "a"), ProxyHarness.Server(b, "b"));
        config["timeouts"] = new JsonObject { ["write"] = "1s" };
        return config;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RateLimitInsteadOf100Continue_IsSeenAndTheNextAccountServes(bool closes)
    {
        var done = new TaskCompletionSource();
        await using var early = TcpServer.Start(async (stream, _) =>
        {
            await TcpServer.ReadHeadAsync(stream);
            await TcpServer.SendAsync(stream, RateLimited);
            await (closes ? TcpServer.EndAsync(stream) : done.Task);
        });
        await using var good = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(early, good));

        using var response = await proxy.PostMessageAsync(s_large);

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal(s_large, good.Requests[0].BodyText);
        Assert.Equal("rate_limited", await proxy.StateOfAsync("a"));
        done.SetResult();
    }

    [Fact]
    public async Task RateLimitWhileTheBodyIsRead_IsSeenAndTheNextAccountServes()
    {
        await using var early = TcpServer.Start(async (stream, _) =>
        {
            await TcpServer.ReadHeadAsync(stream);
            await stream.ReadExactlyAsync(new byte[1 << 20]).AsTask().InTime();
            await TcpServer.SendAsync(stream, RateLimited);
            await TcpServer.DrainAsync(stream);
        });
        await using var good = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(early, good));

        using var response = await proxy.PostMessageAsync(s_large);

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal("rate_limited", await proxy.StateOfAsync("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(RateLimited)]
    public async Task UpstreamThatStopsReading_IsLeftAfterTheWriteTimeout(string answer)
    {
        var done = new TaskCompletionSource();
        await using var deaf = TcpServer.Start(async (stream, _) =>
        {
            await TcpServer.ReadHeadAsync(stream);
            await stream.ReadExactlyAsync(new byte[1 << 20]).AsTask().InTime();
            await TcpServer.SendAsync(stream, answer);
            await done.Task;
        });
        await using var good = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(deaf, good));

        using var response = await proxy.PostMessageAsync(s_large);

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal(s_large, good.Requests[0].BodyText);
        Assert.Equal("no answer in time", (await proxy.AccountAsync("a")).GetProperty("last_error").GetProperty("text").GetString());
        done.SetResult();
    }

    [Fact]
    public async Task UpstreamThatDoesNotKnow100Continue_GetsTheBodyAllTheSame()
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync(WireHarness.Post(body: WireHarness.LongBody(200_000)));

        Assert.Equal(200, answer.Status);
        Assert.Equal("100-continue", Assert.Single(harness.Requests).Header("expect"));
        Assert.Equal(WireHarness.LongBody(200_000), harness.Requests[0].Body);
    }

    [Fact]
    public async Task SmallBody_IsSentWithoutAsking()
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendAsync(WireHarness.Post(body: WireHarness.LongBody(60_000)));

        Assert.Null(Assert.Single(harness.Requests).Header("expect"));
    }

    [Fact]
    public async Task UpstreamThatRefusesTheExpectation_TheRequestsOwnAnswerReachesTheClient()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(413, "request_too_large").Early();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(s_large);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("request_too_large", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a"], upstream.Attempts);
        await WireHarness.AssertBlamelessAsync(proxy);
    }
}
