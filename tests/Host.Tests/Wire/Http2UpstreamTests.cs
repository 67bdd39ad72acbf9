using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClaudeProxy.Tests.Wire;

/// <summary>Upstreams that speak HTTP/2.</summary>
public sealed class Http2UpstreamTests
{
    private static Task<FakeUpstream> StartUpstreamAsync() => FakeUpstream.StartAsync(HttpProtocols.Http2);

    private static Task<ProxyHarness> StartProxyAsync(FakeUpstream upstream, params string[] accounts)
    {
        var config = ProxyHarness.Config(upstream, accounts);
        foreach (var server in config["servers"]!.AsArray())
        {
            server!["http_version"] = "2";
        }

        return ProxyHarness.StartAsync(config);
    }

    private static Task<ProxyHarness> StartProxyAsync(TcpServer upstream)
    {
        var server = WireHarness.Server(upstream.Address, "a");
        server["http_version"] = "2";
        return ProxyHarness.StartAsync(WireHarness.Config(server));
    }

    [Fact]
    public async Task Request_ReachesTheUpstreamWholeAndWithoutHeadersOfTheHop()
    {
        await using var upstream = await StartUpstreamAsync();
        await using var proxy = await StartProxyAsync(upstream, "a");
        var body = WireHarness.LongBody(3_000_000);

        using var response = await proxy.PostMessageAsync(
            body, "/v1/messages?beta=true&u=%2F//", ("anthropic-beta", "b"), ("connection", "x-hop"), ("x-hop", "1"), ("te", "trailers"), ("authorization", "Bearer client"));

        Assert.Equal("{\"served_by\":\"token-a\"}", await response.Content.ReadAsStringAsync());
        var request = Assert.Single(upstream.Requests);
        Assert.Equal("HTTP/2", request.Protocol);
        Assert.Equal("/v1/messages?beta=true&u=%2F//", request.RawTarget);
        Assert.Equal(body, request.BodyText);
        Assert.Equal("b", request.Header("anthropic-beta"));
        Assert.Null(request.Header("x-hop"));
        Assert.Null(request.Header("te"));
        Assert.Null(request.Header("authorization"));
        Assert.Null(request.Header("expect"));
    }

    [Fact]
    public async Task RateLimitBeforeALargeBodyIsRead_IsSeenAndTheNextAccountServes()
    {
        await using var upstream = await StartUpstreamAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "30").Early();
        await using var proxy = await StartProxyAsync(upstream, "a", "b");
        var body = WireHarness.LongBody(16 << 20);

        using var response = await proxy.PostMessageAsync(body);

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal(body, upstream.Requests[1].BodyText);
        Assert.Equal("rate_limited", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task StreamThatIsReset_TheNextAccountServes_AndOtherStreamsGoOn()
    {
        await using var upstream = await StartUpstreamAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "first").After(gate.Task).Reset();
        await using var proxy = await StartProxyAsync(upstream, "a", "b");
        var waiting = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);
        using var b = await proxy.PostMessageAsync();

        using var failedOver = await proxy.PostMessageAsync();
        gate.SetResult();
        using var first = await waiting;

        Assert.Equal("{\"served_by\":\"token-b\"}", await failedOver.Content.ReadAsStringAsync());
        Assert.Equal("first", await first.Content.ReadAsStringAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task UpstreamThatRestarts_CostsTheClientNothing()
    {
        await using var upstream = await StartUpstreamAsync();
        await using var proxy = await StartProxyAsync(upstream, "a");
        using var before = await proxy.PostMessageAsync();

        await upstream.RefuseAsync();
        await upstream.AcceptAsync();
        using var after = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-a\"}", await after.Content.ReadAsStringAsync());
        await WireHarness.AssertBlamelessAsync(proxy);
    }

    [Fact]
    public async Task UpstreamThatSaysGoodbye_IsReachedOverANewConnection()
    {
        await using var upstream = TcpServer.Start(async (stream, _) =>
        {
            var http2 = await Http2Peer.AcceptAsync(stream);
            await http2.ReadRequestBodyAsync();
            await http2.SendEmptyOkAsync();
            await http2.SendGoawayAsync(lastStream: 1);
            await TcpServer.DrainAsync(stream);
        });
        await using var proxy = await StartProxyAsync(upstream);

        using var first = await proxy.PostMessageAsync();
        using var second = await proxy.PostMessageAsync();

        Assert.Equal((200, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal(2, upstream.Connections);
        await WireHarness.AssertBlamelessAsync(proxy);
    }

    [Fact]
    public async Task GoawayThatLeavesTheRequestOut_SendsTheSameBodyAgainOverANewConnection()
    {
        var bodies = new string[2];
        await using var upstream = TcpServer.Start(async (stream, number) =>
        {
            var http2 = await Http2Peer.AcceptAsync(stream);
            bodies[number - 1] = await http2.ReadRequestBodyAsync();
            await (number == 1 ? http2.SendGoawayAsync(lastStream: 0) : http2.SendEmptyOkAsync());
            await TcpServer.DrainAsync(stream);
        });
        await using var proxy = await StartProxyAsync(upstream);

        using var response = await proxy.PostMessageAsync(WireHarness.LongBody(20_000));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal([WireHarness.LongBody(20_000), WireHarness.LongBody(20_000)], bodies);
        await WireHarness.AssertBlamelessAsync(proxy);
    }

    [Fact]
    public async Task MoreRequestsThanOneConnectionTakes_AreAllInFlightAtOnce()
    {
        await using var upstream = await StartUpstreamAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "ok").After(gate.Task);
        await using var proxy = await StartProxyAsync(upstream, "a");

        var waiting = Enumerable.Range(0, 130).Select(_ => proxy.PostMessageAsync()).ToArray();
        await upstream.ReceivedAsync(130);
        gate.SetResult();
        var responses = await Task.WhenAll(waiting);

        Assert.All(responses, response => Assert.Equal(200, (int)response.StatusCode));
        Assert.True(upstream.Requests.Select(request => request.ConnectionId).Distinct().Count() > 1);
        Array.ForEach(responses, response => response.Dispose());
    }

    [Fact]
    public async Task UpstreamThatSpeaksOnlyHttp1_TheNextAccountServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = new JsonObject
        {
            ["fallback"] = true,
            ["servers"] = new JsonArray(ProxyHarness.Server(upstream, "a"), ProxyHarness.Server(upstream, "b")),
        };
        config["servers"]![0]!["http_version"] = "2";
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }
}
