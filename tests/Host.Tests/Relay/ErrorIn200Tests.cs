using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>An answer in one piece whose status is 200 and whose body is an error.</summary>
public sealed class ErrorIn200Tests
{
    private static readonly (string, string)[] s_json = [("content-type", "application/json")];

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"api_error","message":"Broken"}}""")]
    [InlineData("""  {  "type" : "error", "error":{"type":"rate_limit_error","message":"Slow down"}, "request_id":"req_1"}""")]
    [InlineData("""{"error":{"type":"api_error","message":"Broken"}}""")]
    public async Task BodyIsAnError_NextAccountServes(string error)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, error, null, s_json);
        upstream.On("token-b").Answer(200, "from b");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"type":"message","content":[{"type":"text","text":"{\"type\":\"error\"}"}]}""")]
    [InlineData("""{"type":"error_report","error":{"type":"api_error"}}""")]
    [InlineData("""{"error":null,"data":[]}""")]
    [InlineData("not JSON at all")]
    [InlineData("")]
    public async Task BodyIsNone_ReachesTheClientByteForByte(string body)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, body, null, s_json);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Theory]
    [InlineData("content-length: 100\r\n\r\n{\"a\":")]
    [InlineData("transfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n")]
    public async Task ShortBodyIsCut_NextAccountServes(string framing)
    {
        await using var cut = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{framing}");
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-b").Answer(200, "from b");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["servers"]![0]!["url"] = cut.Address.ToString();
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task BodyIsAnErrorAndCompressed_NextAccountServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Run(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zipped = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await zipped.WriteAsync("""{"type":"error","error":{"type":"api_error","message":"Broken"}}"""u8.ToArray());
        });
        upstream.On("token-b").Answer(200, "from b");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task BodyIsLongAndNoError_ReachesTheClientByteForByte()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var body = $$"""{"type":"message","content":"{{new string('x', 300_000)}}"}""";
        upstream.On("token-a").Answer(200, body, null, s_json);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }
}
