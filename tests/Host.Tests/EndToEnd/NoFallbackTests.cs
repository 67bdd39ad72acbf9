using System.Net;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary><c>fallback: false</c>: exactly one attempt, and the upstream's own answer untouched.</summary>
public sealed class NoFallbackTests
{
    [Theory]
    [InlineData(529, "overloaded_error", "3600")]
    [InlineData(429, "rate_limit_error", "3600")]
    [InlineData(429, "rate_limit_error", null)]
    [InlineData(500, "api_error", null)]
    [InlineData(503, "overloaded_error", "120")]
    [InlineData(401, "authentication_error", null)]
    [InlineData(402, "billing_error", null)]
    [InlineData(404, "not_found_error", null)]
    [InlineData(400, "invalid_request_error", null)]
    public async Task UpstreamAnswersWithAnError_ClientGetsItUntouched(int status, string type, string? retryAfter)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(status, type, "Untouched.", retryAfter);
        await using var proxy = await StartAsync(upstream);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(
            $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Untouched."}}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(retryAfter, response.Headers.TryGetValues("retry-after", out var values) ? values.Single() : null);
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task StreamBeginsWithAnError_ClientGetsItUntouched()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Error());
        await using var proxy = await StartAsync(upstream);

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Sse.Error(), await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task ConnectionIsReset_ClientGetsAnErrorOfTheApiAfterOneAttempt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Reset();
        await using var proxy = await StartAsync(upstream);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"type\":\"api_error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("1", response.Headers.GetValues("retry-after").Single());
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task AccountFailed_TheNextRequestGoesToAnotherAccount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error");
        await using var proxy = await StartAsync(upstream);
        (await proxy.PostMessageAsync()).Dispose();

        for (var i = 0; i < 3; i++)
        {
            using var response = await proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(["token-a", "token-b", "token-b", "token-b"], upstream.Attempts);
    }

    private static Task<ProxyHarness> StartAsync(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["fallback"] = false;
        return ProxyHarness.StartAsync(config);
    }
}
