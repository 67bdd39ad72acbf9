using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Every attempt sends the client's body byte for byte.</summary>
public sealed class BodyReplayTests
{
    public static TheoryData<int, bool> Bodies => new()
    {
        { 0, false }, { 1, false }, { 64 * 1024 - 1, false }, { 64 * 1024, false }, { 64 * 1024 + 1, false }, { 5_000_000, false },
        { 1, true }, { 64 * 1024 - 1, true }, { 64 * 1024, true }, { 64 * 1024 + 1, true }, { 5_000_000, true },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task FirstAccountAnswers500_SecondGetsTheSameBytesWithTheirLength(int length, bool isChunked)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        var body = Bytes(length);

        await AssertServedAsync(upstream, body, isChunked);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), upstream.Requests[0].BodySha256);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task FirstAccountResetsTheConnection_SecondGetsTheSameBytesWithTheirLength(int length, bool isChunked)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Reset().Early();

        await AssertServedAsync(upstream, Bytes(length), isChunked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task FirstAccountAnswers429BeforeTheBody_TheLimitIsSeenAndTheSecondGetsTheSameBytes(int length)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(429, "{}", "30").Early();

        await AssertServedAsync(upstream, Bytes(length), isChunked: false, firstState: "rate_limited");
    }

    [Fact]
    public async Task SameAccountIsAskedAgain_GetsTheSameBytes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(529).Answer(529).Answer(200);
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), clock);
        var body = Bytes(200_000);

        var responding = PostAsync(proxy, body, isChunked: true);
        await clock.AdvanceUntilAsync(responding, TimeSpan.FromMilliseconds(100));
        (await responding).Dispose();

        Assert.Equal(3, upstream.Requests.Count);
        Assert.All(upstream.Requests, request => Assert.Equal(body, request.Body));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    public async Task RequestHasNoBody_NoneIsSent(string method)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        upstream.On("token-b").Answer(200, "", null, ("x-answer", "yes"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/models?limit=1000");
        using var response = await proxy.Client.SendAsync(request).InTime();

        Assert.Equal("yes", response.Headers.GetValues("x-answer").Single());
        Assert.All(upstream.Requests, received =>
        {
            Assert.Equal((method, "/v1/models?limit=1000"), (received.Method, received.RawTarget));
            Assert.Empty(received.Body);
            Assert.True(received.Header("content-length") is null or "0");
            Assert.Null(received.Header("transfer-encoding"));
        });
    }

    [Fact]
    public async Task DeleteHasABody_ItIsSent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/files/1") { Content = new StringContent("{}") };
        using var response = await proxy.Client.SendAsync(request).InTime();

        Assert.Equal(("DELETE", "{}"), (upstream.Requests[0].Method, upstream.Requests[0].BodyText));
    }

    [Fact]
    public async Task HeadIsAnsweredWithALength_ClientSeesTheLength()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, "", null, ("content-length", "1234"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var request = new HttpRequestMessage(HttpMethod.Head, "/v1/models");
        using var response = await proxy.Client.SendAsync(request).InTime();

        Assert.Equal(1234, response.Content.Headers.ContentLength);
    }

    private static async Task AssertServedAsync(FakeUpstream upstream, byte[] body, bool isChunked, string firstState = "cooling_down")
    {
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await PostAsync(proxy, body, isChunked);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        var served = upstream.Requests[1];
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), served.BodySha256);
        Assert.Equal(body.Length.ToString(CultureInfo.InvariantCulture), served.Header("content-length"));
        Assert.Null(served.Header("transfer-encoding"));
        Assert.Equal([firstState, "usable"], await proxy.StatesAsync());
        Assert.Equal(0, (await proxy.StatusAsync()).GetProperty("body_memory_used").GetInt64());
    }

    private static Task<HttpResponseMessage> PostAsync(ProxyHarness proxy, byte[] body, bool isChunked)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = isChunked;
        return proxy.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).InTime();
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
