using System.IO.Compression;
using System.Text;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>How an upstream's answer reaches the client.</summary>
public sealed class AnswerTests
{
    private const string Get = "GET /v1/models HTTP/1.1\r\nhost: proxy\r\nconnection: close\r\n\r\n";

    [Theory]
    [InlineData("request-id: req_upstream")]
    [InlineData("anthropic-ratelimit-unified-5h-utilization: 0.93")]
    [InlineData("anthropic-ratelimit-requests-remaining: 7")]
    [InlineData("anthropic-organization-id: org-1")]
    [InlineData("anthropic-workspace-id: wrkspc_1")]
    [InlineData("x-should-retry: true")]
    [InlineData("retry-after: 7")]
    [InlineData("server: cloudflare")]
    [InlineData("date: Sat, 21 Nov 2026 19:20:38 GMT")]
    [InlineData("content-type: application/json; charset=utf-8")]
    [InlineData("content-language: de")]
    [InlineData("etag: \"x\"")]
    [InlineData("expires: not a date")]
    [InlineData("location: https://elsewhere.example/")]
    [InlineData("x-latin: caf\u00e9 \u00a9\u00ff")]
    [InlineData("x-utf8: \u00c3\u00a9\u00e2\u0082\u00ac")]
    [InlineData("x-under_score: kept")]
    [InlineData("x-tab: a\tb")]
    [InlineData("x-empty: ")]
    public async Task Header_ReachesTheClientAsItIs(string line)
    {
        await using var harness = await WireHarness.StartAsync($"HTTP/1.1 200 OK\r\n{line}\r\ncontent-length: 2\r\n\r\n{{}}");

        var answer = await harness.SendAsync(Get);

        var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 2)..]);
        Assert.Equal(value, answer.Header(name));
    }

    [Theory]
    [InlineData("keep-alive: timeout=5")]
    [InlineData("proxy-connection: keep-alive")]
    [InlineData("proxy-authenticate: Basic")]
    [InlineData("te: trailers")]
    [InlineData("trailer: x-checksum")]
    [InlineData("upgrade: h2c")]
    [InlineData("alt-svc: h3=\":443\"")]
    [InlineData("x-internal: 1\r\nconnection: x-internal")]
    public async Task HeaderOfTheHop_StopsAtTheProxy(string lines)
    {
        await using var harness = await WireHarness.StartAsync($"HTTP/1.1 200 OK\r\n{lines}\r\ncontent-length: 2\r\n\r\n{{}}");

        var answer = await harness.SendAsync(Get);

        Assert.Equal(200, answer.Status);
        Assert.Null(answer.Header(lines[..lines.IndexOf(':')]));
    }

    [Fact]
    public async Task RepeatedHeaders_StayApartAndInOrder()
    {
        await using var harness = await WireHarness.StartAsync(
            "HTTP/1.1 200 OK\r\nset-cookie: b=2; path=/\r\nx-a: 1\r\nset-cookie: a=1, x\r\nx-a: 2\r\nset-cookie: b=3\r\ncontent-length: 0\r\n\r\n");

        var answer = await harness.SendAsync(Get);

        var cookies = answer.Head.Split("\r\n").Where(line => line.StartsWith("set-cookie:", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["b=2; path=/", "a=1, x", "b=3"], cookies.Select(line => line["set-cookie: ".Length..]));
        Assert.Equal("1, 2", answer.Header("x-a"));
    }

    [Fact]
    public async Task OurIdOfTheRequest_IsOursEvenBehindAnotherProxyOfThisKind()
    {
        await using var harness = await WireHarness.StartAsync("HTTP/1.1 200 OK\r\nx-claude-proxy-request-id: theirs\r\nrequest-id: r\r\ncontent-length: 0\r\n\r\n");

        var answer = await harness.SendAsync(Get);

        Assert.StartsWith("req_", answer.Header("x-claude-proxy-request-id"));
        Assert.DoesNotContain("theirs", answer.Head);
    }

    [Fact]
    public async Task LengthOfTheBody_IsKept()
    {
        await using var harness = await WireHarness.StartAsync("HTTP/1.1 200 OK\r\ncontent-length: 0005\r\n\r\nhello");

        var answer = await harness.SendAsync(Get);

        Assert.Equal("5", answer.Header("content-length"));
        Assert.Null(answer.Header("transfer-encoding"));
        Assert.Equal("hello", answer.Body);
    }

    [Theory]
    [InlineData("transfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nx-trailer: 1\r\n\r\n")]
    [InlineData("connection: close\r\n\r\nhello")]
    public async Task BodyWithoutLength_IsChunked(string rest)
    {
        await using var harness = await WireHarness.StartAsync($"HTTP/1.1 200 OK\r\n{rest}");

        var answer = await harness.SendAsync(Get);

        Assert.Equal("chunked", answer.Header("transfer-encoding"));
        Assert.Null(answer.Header("content-length"));
        Assert.Equal("hello", answer.Body);
    }

    [Fact]
    public async Task InterimAnswers_AreNotTakenForTheAnswer()
    {
        await using var harness = await WireHarness.StartAsync(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + WireHarness.Ok);

        var answer = await harness.SendAsync(Get);

        Assert.Equal(200, answer.Status);
        Assert.Null(answer.Header("link"));
        Assert.Equal("{}", answer.Body);
    }

    [Theory]
    [InlineData("204 No Content", "")]
    [InlineData("304 Not Modified", "etag: \"x\"\r\n")]
    [InlineData("304 Not Modified", "content-length: 500\r\n")]
    public async Task AnswerWithoutABody_LeavesTheConnectionInOrder(string status, string headers)
    {
        await using var harness = await WireHarness.StartAsync($"HTTP/1.1 {status}\r\n{headers}\r\n");

        var answers = await harness.SendToEndAsync("GET /v1/models HTTP/1.1\r\nhost: proxy\r\n\r\n" + Get);

        Assert.Equal(2, answers.Split($"HTTP/1.1 {status}").Length - 1);
        Assert.EndsWith("\r\n\r\n", answers);
        Assert.Equal(2, harness.Requests.Count);
    }

    [Fact]
    public async Task AnswerToHead_KeepsItsLengthAndHasNoBody()
    {
        await using var harness = await WireHarness.StartAsync("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");

        var answers = await harness.SendToEndAsync("HEAD /v1/models HTTP/1.1\r\nhost: proxy\r\n\r\n" + Get.Replace("GET", "HEAD", StringComparison.Ordinal));

        Assert.Equal(2, answers.Split("Content-Length: 500").Length - 1);
        Assert.EndsWith("\r\n\r\n", answers);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_IsPassedOnAndNotFollowed(int status)
    {
        await using var elsewhere = RawUpstream.Start(WireHarness.Ok);
        await using var harness = await WireHarness.StartAsync($"HTTP/1.1 {status} Moved\r\nlocation: {elsewhere.Address}v1/messages\r\ncontent-length: 0\r\n\r\n");

        var answer = await harness.SendAsync(WireHarness.Post());

        Assert.Equal(status, answer.Status);
        Assert.Equal($"{elsewhere.Address}v1/messages", answer.Header("location"));
        Assert.Equal(0, elsewhere.Connections);
        await WireHarness.AssertBlamelessAsync(harness.Proxy);
    }

    [Theory]
    [InlineData("application/json", "gzip")]
    [InlineData("text/event-stream", "gzip")]
    [InlineData("text/event-stream", "br")]
    public async Task CompressedAnswer_PassesAsItIs(string type, string encoding)
    {
        var body = Compress("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n");
        await using var harness = await WireHarness.StartAsync(
            $"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\ncontent-encoding: {encoding}\r\ncontent-length: {body.Length}\r\n\r\n{body}");

        var answer = await harness.SendAsync(WireHarness.Post("accept-encoding: gzip\r\n", "{\"stream\":true}"));

        Assert.Equal(200, answer.Status);
        Assert.Equal(encoding, answer.Header("content-encoding"));
        Assert.Equal(body, answer.Body);
        Assert.Single(harness.Requests);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(206)]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task BinaryBody_ReachesTheClientByteForByte(int status)
    {
        var body = string.Concat(Enumerable.Range(0, 100_000).Select(i => (char)(i * 7 % 256)));
        await using var harness = await WireHarness.StartAsync($"HTTP/1.1 {status} X\r\ncontent-length: {body.Length}\r\n\r\n{body}");

        var answer = await harness.SendAsync(Get);

        Assert.Equal(status, answer.Status);
        Assert.Equal(body, answer.Body);
    }

    private static string Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return Encoding.Latin1.GetString(compressed.ToArray());
    }
}
