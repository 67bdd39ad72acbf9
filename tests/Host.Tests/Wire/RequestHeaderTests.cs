namespace ClaudeProxy.Tests.Wire;

/// <summary>Which of a client's headers an upstream sees.</summary>
public sealed class RequestHeaderTests
{
    [Theory]
    [InlineData("anthropic-version: 2023-06-01")]
    [InlineData("anthropic-beta: a-2025,b-2026")]
    [InlineData("anthropic-anything-new: x")]
    [InlineData("x-claude-code-session-id: s-1")]
    [InlineData("x-stainless-retry-count: 0")]
    [InlineData("user-agent: claude-cli/2.1.330 (external, sdk-cli)")]
    [InlineData("content-type: application/json; charset=\"x\"")]
    [InlineData("content-encoding: gzip")]
    [InlineData("accept-encoding: gzip, deflate, br, zstd")]
    [InlineData("accept: */*")]
    [InlineData("x-my_own: kept")]
    [InlineData("idempotency-key: 1")]
    [InlineData("if-none-match: \"abc\", W/\"d\"")]
    [InlineData("range: bytes=0-1,4-")]
    [InlineData("x-latin: caf\u00e9 \u00a9\u00ff")]
    [InlineData("x-utf8: \u00c3\u00a9\u00e2\u0082\u00ac")]
    [InlineData("authorization-like: x")]
    public async Task Header_ReachesTheUpstreamAsItIs(string line)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync(WireHarness.Post(line + "\r\n"));

        Assert.Equal(200, answer.Status);
        var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 2)..]);
        Assert.Equal(value, Assert.Single(harness.Requests).Header(name));
    }

    [Theory]
    [InlineData("keep-alive: timeout=5")]
    [InlineData("proxy-connection: keep-alive")]
    [InlineData("te: trailers, gzip")]
    [InlineData("trailer: x-checksum")]
    [InlineData("upgrade: websocket")]
    [InlineData("proxy-authorization: Basic abc")]
    [InlineData("proxy-authenticate: Basic")]
    [InlineData("http2-settings: AAA")]
    [InlineData("alt-svc: h2=\":1\"")]
    [InlineData("expect: junk")]
    [InlineData("forwarded: for=1.2.3.4")]
    [InlineData("via: 1.1 other")]
    [InlineData("x-real-ip: 1.2.3.4")]
    [InlineData("x-forwarded-for: 1.2.3.4")]
    [InlineData("x-forwarded-client-cert: secret")]
    [InlineData("x-forwarded-anything: x")]
    [InlineData("traceparent: 00-1-1-00")]
    [InlineData("tracestate: a=b")]
    [InlineData("baggage: a=b")]
    [InlineData("x-content-length: 5")]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("content_length: 5")]
    [InlineData("x_api_key: client")]
    [InlineData("X_Forwarded_For: 1.2.3.4")]
    [InlineData("x_forwarded-anything: x")]
    public async Task HeaderOfTheHop_StopsAtTheProxy(string line)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync(WireHarness.Post(line + "\r\n"));

        Assert.Equal(200, answer.Status);
        Assert.Null(Assert.Single(harness.Requests).Header(line[..line.IndexOf(':')]));
    }

    [Fact]
    public async Task HeadersThatConnectionNames_StopAtTheProxy_ButNotWhatTheProxyAdds()
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendAsync(WireHarness.Post(
            "connection: X-Secret\r\nconnection: x-other , x-api-key,content-length, host, accept-encoding\r\nx-secret: 1\r\nx-other: 2\r\nx-third: 3\r\n",
            "{\"stream\":true}"));

        var request = Assert.Single(harness.Requests);
        Assert.Null(request.Header("x-secret"));
        Assert.Null(request.Header("x-other"));
        Assert.Null(request.Header("connection"));
        Assert.Equal("3", request.Header("x-third"));
        Assert.Equal("token-a", request.Header("x-api-key"));
        Assert.Equal("identity", request.Header("accept-encoding"));
        Assert.Equal("15", request.Header("content-length"));
        Assert.Equal(harness.Upstream.Address.Authority, request.Header("host"));
    }

    [Theory]
    [InlineData("x-relay-key")]
    [InlineData("X_Relay-Key")]
    [InlineData("x_relay_key")]
    public async Task HeaderThatShadowsTheAccountsOwn_StopsAtTheProxy(string name)
    {
        await using var harness = await WireHarness.StartAsync(configure: config => config["servers"]![0]!["auth_header"] = "x-relay-key");

        await harness.SendAsync(WireHarness.Post($"{name}: client\r\n"));

        Assert.DoesNotContain("client", Assert.Single(harness.Requests).Head);
        Assert.Equal("token-a", harness.Requests[0].Header("x-relay-key"));
    }

    [Fact]
    public async Task RepeatedHeaders_AreAllThereInTheirOrder()
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendAsync(WireHarness.Post("anthropic-beta: one\r\nx-a: 1\r\nanthropic-beta: two,three\r\nx-a: 2\r\nx-a:\r\n"));

        var request = Assert.Single(harness.Requests);
        Assert.Equal("one, two,three", request.Header("anthropic-beta"));
        Assert.StartsWith("1, 2", request.Header("x-a"));
    }

    [Fact]
    public async Task EmptyHeader_ReachesTheUpstreamEmpty()
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendAsync(WireHarness.Post("x-empty:\r\n"));

        Assert.Equal("", Assert.Single(harness.Requests).Header("x-empty"));
    }

    [Theory]
    [InlineData("{\"stream\":true}", "identity")]
    [InlineData("{\"stream\":false}", "gzip, br")]
    [InlineData("{\"tools\":[{\"stream\":true}]}", "gzip, br")]
    public async Task AcceptEncoding_IsIdentityForStreamsAndUntouchedOtherwise(string body, string expected)
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendAsync(WireHarness.Post("accept-encoding: gzip, br\r\n", body));

        Assert.Equal(expected, Assert.Single(harness.Requests).Header("accept-encoding"));
    }

    [Fact]
    public async Task RequestWithoutHeaders_GetsOnlyWhatHttpNeedsAndTheCredential()
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendAsync("GET /v1/models HTTP/1.1\r\nhost: proxy\r\n\r\n");

        var request = Assert.Single(harness.Requests);
        Assert.Equal($"GET /v1/models HTTP/1.1\r\nHost: {harness.Upstream.Address.Authority}\r\nx-api-key: token-a\r\n\r\n", request.Head, ignoreCase: true);
    }

    [Fact]
    public async Task PostWithoutABody_ReachesTheUpstreamWithLengthZero()
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync("POST /v1/messages/batches/1/cancel HTTP/1.1\r\nhost: proxy\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n");

        Assert.Equal(200, answer.Status);
        Assert.Equal("0", Assert.Single(harness.Requests).Header("content-length"));
        Assert.Equal("application/json", harness.Requests[0].Header("content-type"));
    }
}
