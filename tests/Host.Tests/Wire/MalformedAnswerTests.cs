using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>An answer whose end would be a guess, or that makes no sense, is a failed attempt.</summary>
public sealed class MalformedAnswerTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 12\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 0x2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Oops\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nx-a: b\u0001c\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nx-a: b\u007fc\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 2x0 OK\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    public async Task MalformedHead_TheNextAccountServes(string answer)
    {
        await using var bad = RawUpstream.Start(answer);
        await using var good = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(WireHarness.Config(WireHarness.Server(bad.Address, "a"), ProxyHarness.Server(good, "b")));

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        var error = (await proxy.AccountAsync("a")).GetProperty("last_error").GetProperty("text").GetString();
        Assert.StartsWith("the answer is malformed", error);
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task HeadLongerThan64Kibibytes_TheNextAccountServes()
    {
        await using var bad = RawUpstream.Start($"HTTP/1.1 200 OK\r\nx-long: {new string('x', 70_000)}\r\ncontent-length: 0\r\n\r\n");
        await using var good = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(WireHarness.Config(WireHarness.Server(bad.Address, "a"), ProxyHarness.Server(good, "b")));

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task MalformedHeadOnTheOnlyAccount_ClientSeesAnErrorOfTheProxyAlone()
    {
        await using var bad = RawUpstream.Start("HTTP/1.1 200 OK\r\nx-upstream: 1\r\ncontent-length: 2, 3\r\n\r\n{}");
        await using var proxy = await ProxyHarness.StartAsync(WireHarness.Config(WireHarness.Server(bad.Address, "a")));

        var answer = await RawClient.SendAsync(proxy.Address, WireHarness.Post());

        WireHarness.AssertApiError(answer, 503, "api_error");
        Assert.Null(answer.Header("x-upstream"));
        Assert.NotNull(answer.Header("retry-after"));
    }

    [Theory]
    [InlineData("content-length: 100\r\n\r\nhello")]
    [InlineData("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo")]
    [InlineData("transfer-encoding: chunked\r\n\r\n5\r\nhelloJUNK")]
    public async Task BodyThatIsCut_LooksCutToTheClient(string rest)
    {
        await using var upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n{rest}");
        await using var proxy = await ProxyHarness.StartAsync(WireHarness.Config(WireHarness.Server(upstream.Address, "a")));

        await Assert.ThrowsAnyAsync<IOException>(() => RawClient.SendAsync(proxy.Address, WireHarness.Post()));
    }
}
