namespace ClaudeProxy.Tests.Wire;

/// <summary>Requests that two servers could read differently come to nothing: 400, nothing upstream, nobody blamed.</summary>
public sealed class SmugglingTests
{
    private const string Chunks = "2\r\n{}\r\n0\r\n\r\n";

    [Theory]
    [InlineData("content-length: 2\r\ntransfer-encoding: chunked")]
    [InlineData("transfer-encoding: chunked\r\ncontent-length: 2")]
    [InlineData("content-length: 0\r\ntransfer-encoding: chunked")]
    [InlineData("transfer-encoding: gzip, chunked")]
    [InlineData("transfer-encoding: chunked, chunked")]
    [InlineData("transfer-encoding: xchunked")]
    [InlineData("transfer-encoding: chunked, identity")]
    [InlineData("transfer-encoding: identity")]
    [InlineData("transfer-encoding: \"chunked\"")]
    [InlineData("transfer-encoding: gzip\r\ntransfer-encoding: chunked")]
    [InlineData("transfer-encoding: chunked\r\ntransfer-encoding: chunked")]
    [InlineData("transfer-encoding: chunked\r\ntransfer-encoding: identity")]
    [InlineData("transfer-encoding:\r\ntransfer-encoding: chunked")]
    public async Task AmbiguousTransferEncoding_Is400AndGoesNowhere(string framing)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendToEndAsync($"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\n{framing}\r\n\r\n{Chunks}");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        await harness.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("content-length: 2\r\ncontent-length: 2")]
    [InlineData("content-length: 2\r\ncontent-length: 3")]
    [InlineData("content-length: 2, 2")]
    [InlineData("content-length: 0x2")]
    [InlineData("content-length: -2")]
    [InlineData("content-length: 2 2")]
    [InlineData("content-length: 2.0")]
    [InlineData("content-length: 99999999999999999999")]
    [InlineData("content-length : 2")]
    [InlineData("content-length:")]
    public async Task OddContentLength_Is400AndGoesNowhere(string framing)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendToEndAsync($"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\n{framing}\r\n\r\n{{}}");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        await harness.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("POST /v1/messages HTTP/1.1\nhost: proxy\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\rx-a: b\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nx-a: b\0c\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nx-a: b\r\n folded\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nx a: b\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nno-colon\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nhost: other\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST http://other/v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("POST /v1/messages\r\n\r\n")]
    [InlineData("POST  /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\r\n{}")]
    public async Task BrokenHead_Is400AndGoesNowhere(string request)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendToEndAsync(request);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        await harness.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("0x2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2;a\nb\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2;a\rb\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}x\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}\n0\r\n\r\n")]
    [InlineData("-2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("g\r\n{}\r\n0\r\n\r\n")]
    [InlineData("\r\n{}\r\n0\r\n\r\n")]
    [InlineData("fffffffff\r\n{}\r\n0\r\n\r\n")]
    public async Task BrokenChunk_IsTheClientsFaultAndGoesNowhere(string chunks)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync($"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");

        WireHarness.AssertApiError(answer, 400, "invalid_request_error");
        await harness.AssertUntouchedAsync();
        Assert.Equal(0, (await harness.Proxy.StatusAsync()).GetProperty("body_memory_used").GetInt64());
    }

    [Fact]
    public async Task RequestHiddenBehindAnAmbiguousOne_IsNeverServed()
    {
        await using var harness = await WireHarness.StartAsync();

        var answers = await harness.SendToEndAsync(
            "POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nX"
            + "GET /v1/hidden HTTP/1.1\r\nhost: proxy\r\n\r\n");

        Assert.Equal(1, answers.Split("HTTP/1.1 ").Length - 1);
        await harness.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    public async Task ChunkedBody_ReachesTheUpstreamWithItsLength(string coding)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync(
            $"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: {coding}\r\n\r\n1\r\n{{\r\n3;ext=1\r\n\"a\"\r\n3\r\n:1}}\r\n0\r\ntrailer: x\r\n\r\n");

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(harness.Requests);
        Assert.Equal("{\"a\":1}", request.Body);
        Assert.Equal("7", request.Header("content-length"));
        Assert.Null(request.Header("transfer-encoding"));
        Assert.Null(request.Header("trailer"));
    }
}
