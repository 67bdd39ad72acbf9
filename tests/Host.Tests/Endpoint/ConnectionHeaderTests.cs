using ClaudeProxy.Endpoint;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Endpoint;

public sealed class ConnectionHeaderTests
{
    [Theory]
    [InlineData("connection: X-Mine")]
    [InlineData("connection: keep-alive, X-Mine")]
    [InlineData("connection: X-Mine,Keep-Alive")]
    [InlineData("connection: Close, X-Mine")]
    [InlineData("connection: x-other , close,X-Mine")]
    [InlineData("connection: upgrade, x-mine\r\nupgrade: h2c")]
    public async Task HeaderNamedBesideAnOption_StopsAtTheProxy(string lines)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var answer = await RawClient.SendAsync(proxy.Address, $"GET /v1/models HTTP/1.1\r\nhost: proxy\r\n{lines}\r\nx-mine: 1\r\nx-end: 2\r\n\r\n");

        var received = Assert.Single(upstream.Requests);
        Assert.Equal((200, null, "2"), (answer.Status, received.Header("x-mine"), received.Header("x-end")));
    }

    [Fact]
    public async Task NamesBesideKeepAlive_TheConnectionStaysOpen()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using var connection = await RawClient.ConnectAsync(proxy.Address);

        for (var i = 0; i < 2; i++)
        {
            await connection.SendAsync("GET /v1/models HTTP/1.1\r\nhost: proxy\r\nconnection: keep-alive, x-mine\r\n\r\n");
            Assert.Equal(200, (await connection.ReadMessageAsync()).Status);
        }
    }

    [Fact]
    public async Task NamesBesideClose_TheConnectionIsClosed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using var connection = await RawClient.ConnectAsync(proxy.Address);

        await connection.SendAsync("GET /v1/models HTTP/1.1\r\nhost: proxy\r\nconnection: close, x-mine\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToEndAsync().InTime(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keep-alive", "keep-alive")]
    [InlineData("close", "close")]
    [InlineData("close, keep-alive", "close, keep-alive")]
    [InlineData("", "")]
    [InlineData(",,", ",,")]
    [InlineData("x-mine", "x-mine")]
    [InlineData("keep-alive, x-mine", "x-mine")]
    [InlineData("x-mine, close", "x-mine, close, keep-alive")]
    public void GetString_OptionsAndNames_KeepsTheNames(string value, string expected)
    {
        var encoding = new ConnectionHeaderEncoding();

        Assert.Equal(expected, encoding.GetString((ReadOnlySpan<byte>)encoding.GetBytes(value)));
    }
}
