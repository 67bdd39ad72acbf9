using System.IO.Compression;
using System.Net;
using System.Text;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Wire;

/// <summary>An error that comes compressed is judged by what it says, and passed on as it came.</summary>
public sealed class CompressedErrorTests
{
    private const string AboutTheAccount =
        """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}""";

    private const string AboutTheRequest = """{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: required"}}""";

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task ErrorAboutTheAccount_TheNextAccountServes(string encoding)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Run(Compressed(encoding, AboutTheAccount));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(headers: ("accept-encoding", encoding));

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task ErrorAboutTheRequest_ReachesTheClientByteForByte(string encoding)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Run(Compressed(encoding, AboutTheRequest));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(headers: ("accept-encoding", encoding));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
        Assert.Equal(Compress(encoding, AboutTheRequest), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public async Task ErrorThatCannotBeRead_IsJudgedByItsStatus(string encoding)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500, "not compressed at all", null, ("content-encoding", encoding));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
    }

    private static RequestDelegate Compressed(string encoding, string body) => async context =>
    {
        context.Response.StatusCode = 400;
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentEncoding = encoding;
        await context.Response.Body.WriteAsync(Compress(encoding, body));
    };

    private static byte[] Compress(string encoding, string text)
    {
        using var output = new MemoryStream();
        using (Stream compressed = encoding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Optimal),
            "br" => new BrotliStream(output, CompressionLevel.Optimal),
            _ => new ZLibStream(output, CompressionLevel.Optimal),
        })
        {
            compressed.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
