using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>An upstream that closes a kept connection just as it is used again costs the client nothing, and nobody is to blame.</summary>
public sealed class StaleConnectionTests
{
    private static JsonObject Config(Uri upstream, bool fallback)
    {
        var config = WireHarness.Config(WireHarness.Server(upstream, "a"));
        config["fallback"] = fallback;
        return config;
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(10, false)]
    [InlineData(5_000_000, true)]
    public async Task ConnectionClosedAsItIsReused_IsReplacedAndTheClientServed(int bodyBytes, bool fallback)
    {
        await using var upstream = TcpServer.Start(async (stream, _) =>
        {
            var length = await ReadRequestHeadAsync(stream);
            await stream.ReadExactlyAsync(new byte[length]).AsTask().InTime();
            await TcpServer.SendAsync(stream, WireHarness.Ok);
            await ReadRequestHeadAsync(stream);
        });
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream.Address, fallback));

        for (var i = 0; i < 3; i++)
        {
            using var response = await proxy.PostMessageAsync(WireHarness.LongBody(bodyBytes));
            Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(3, upstream.Connections);
        await WireHarness.AssertBlamelessAsync(proxy);
    }

    [Fact]
    public async Task UpstreamThatClosesEveryConnectionWithoutAnswer_IsAFailure()
    {
        await using var upstream = TcpServer.Start(async (stream, number) =>
        {
            var length = await ReadRequestHeadAsync(stream);
            await stream.ReadExactlyAsync(new byte[length]).AsTask().InTime();
            await TcpServer.SendAsync(stream, number == 1 ? WireHarness.Ok : "");
        });
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream.Address, fallback: true));
        using var first = await proxy.PostMessageAsync();

        using var second = await proxy.PostMessageAsync();

        Assert.Equal(503, (int)second.StatusCode);
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }

    private static async Task<int> ReadRequestHeadAsync(Stream stream)
    {
        var head = new RawMessage(await TcpServer.ReadHeadAsync(stream), "");
        return int.Parse(head.Header("content-length")!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
