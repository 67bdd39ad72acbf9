using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>Accounts that reach their upstream through an egress proxy.</summary>
public sealed class EgressProxyTests
{
    private static JsonObject Config(FakeUpstream upstream, string egressOfA)
    {
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["servers"]![0]!["proxy"] = egressOfA;
        return config;
    }

    [Theory]
    [InlineData("http", null)]
    [InlineData("http", "user:pass%3Aword")]
    [InlineData("socks5", null)]
    [InlineData("socks5", "user:pass%3Aword")]
    public async Task Account_IsServedThroughItsEgressProxyAndTheOthersAreNot(string scheme, string? login)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var egress = TinyEgressProxy.Start(scheme, login is null ? null : Uri.UnescapeDataString(login));
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, egress.AddressFor(login)));
        var body = WireHarness.LongBody(200_000);

        using var throughProxy = await proxy.PostMessageAsync(body);
        using var straight = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-a\"}", await throughProxy.Content.ReadAsStringAsync());
        Assert.Equal("{\"served_by\":\"token-b\"}", await straight.Content.ReadAsStringAsync());
        Assert.Equal([upstream.Address.Authority], egress.Served);
        Assert.Equal(body, upstream.Requests[0].BodyText);
        Assert.Null(upstream.Requests[0].Header("proxy-authorization"));
        Assert.EndsWith($"via {egress.Address}", (await proxy.AccountAsync("a")).GetProperty("upstream").GetString());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task EgressProxyThatRefusesTheLogin_TheNextAccountServesAndTheClientSeesNothingOfIt(string scheme)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var egress = TinyEgressProxy.Start(scheme, "user:right");
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, egress.AddressFor("user:wrong")));

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-b"], upstream.Attempts);
        Assert.Empty(egress.Served);
        var a = await proxy.AccountAsync("a");
        Assert.Equal("cooling_down", a.GetProperty("state").GetString());
        Assert.Equal("its egress proxy refused", a.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task EgressProxyThatRefusesTheTunnel_TheNextAccountServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var egress = TinyEgressProxy.Start("http");
        var config = Config(upstream, egress.Address);
        config["servers"]![0]!["url"] = "https://api.example";
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal(["CONNECT api.example:443 HTTP/1.1"], egress.Served);
        Assert.Equal("its egress proxy refused", (await proxy.AccountAsync("a")).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task EgressProxyThatIsGone_TheNextAccountServes(string scheme)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var egress = TinyEgressProxy.Start(scheme);
        await egress.DisposeAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, egress.Address));

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("{\"served_by\":\"token-b\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }
}
