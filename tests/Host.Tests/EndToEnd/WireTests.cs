using System.Net;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>What passes unchanged, and what is replaced.</summary>
public sealed class WireTests
{
    [Theory]
    [InlineData("x-api-key", "client-secret")]
    [InlineData("authorization", "Bearer client-secret")]
    [InlineData("x-goog-api-key", "client-secret")]
    [InlineData("api-key", "client-secret")]
    public async Task ClientShowsACredential_UpstreamSeesTheAccountsInstead(string header, string value)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(headers: (header, value));

        var received = Assert.Single(upstream.Requests);
        Assert.Equal("token-a", received.Header("x-api-key"));
        Assert.DoesNotContain(received.Headers.Values.SelectMany(values => values), text => text.Contains("client-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HopByHopAndNominatedHeaders_StopAtTheProxyBothWays()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, "{}", null, ("connection", "x-hop"), ("x-hop", "1"), ("keep-alive", "timeout=5"), ("x-end", "2"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var answer = await RawClient.SendAsync(
            proxy.Address, "GET /v1/models HTTP/1.1\r\nhost: proxy\r\nconnection: keep-alive, X-Mine\r\nx-mine: 1\r\nte: trailers\r\nkeep-alive: 5\r\nx-end: 2\r\n\r\n");

        var received = Assert.Single(upstream.Requests);
        Assert.Equal((null, null, null, "2"), (received.Header("x-mine"), received.Header("te"), received.Header("keep-alive"), received.Header("x-end")));
        Assert.Equal((null, null, "2"), (answer.Header("x-hop"), answer.Header("keep-alive"), answer.Header("x-end")));
    }

    [Fact]
    public async Task RepeatedAndOpenHeaders_AreKeptBothWays()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(
            200, "{}", null, ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("request-id", "req_1"), ("anthropic-ratelimit-requests-remaining", "7"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(headers: [("anthropic-beta", "x-2025"), ("anthropic-beta", "y-2026"), ("anthropic-version", "2023-06-01")]);

        var received = Assert.Single(upstream.Requests);
        Assert.Equal(("x-2025, y-2026", "2023-06-01"), (received.Header("anthropic-beta"), received.Header("anthropic-version")));
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("set-cookie"));
        Assert.Equal("req_1", response.Headers.GetValues("request-id").Single());
        Assert.Equal("7", response.Headers.GetValues("anthropic-ratelimit-requests-remaining").Single());
        Assert.NotEmpty(response.Headers.GetValues("x-claude-proxy-request-id").Single());
    }

    [Fact]
    public async Task UpstreamIsAProxyToo_ClientSeesTheIdOfTheProxyItTalksTo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, "{}", null, ("x-claude-proxy-request-id", "of the other"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync();

        Assert.StartsWith("req_", response.Headers.GetValues("x-claude-proxy-request-id").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/files%2Fa%3Fb/%25/content")]
    [InlineData("/v1//messages")]
    [InlineData("/v1/messages?beta=true&u=http://x//y/%2e%2E/?z")]
    [InlineData("/v1/a/../b/./c;d=1")]
    public async Task PathAndQuery_ReachTheUpstreamByteForByteBehindItsBasePath(string target)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["url"] = $"{upstream.Address}base/path/";
        await using var proxy = await ProxyHarness.StartAsync(config);

        await RawClient.SendAsync(proxy.Address, $"GET {target} HTTP/1.1\r\nhost: proxy\r\n\r\n");

        Assert.Equal("/base/path" + target, Assert.Single(upstream.Requests).RawTarget);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task UpstreamRedirects_ClientGetsTheRedirectAndNobodyFollows(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(status, "moved", null, ("location", "/v1/elsewhere"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal("/v1/elsewhere", response.Headers.GetValues("location").Single());
        Assert.Equal("moved", await response.Content.ReadAsStringAsync());
        Assert.Single(upstream.Requests);
        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
    }
}
