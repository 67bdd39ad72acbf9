using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>When nobody can serve, the client gets an answer that keeps it patient.</summary>
public sealed class NobodyCanServeTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData("30", "20", "20")]
    [InlineData("3600", "7200", "60")]
    [InlineData("0.2", "5", "1")]
    public async Task AllAreRateLimited_ClientGets429WithTheWaitForTheFirst(string a, string b, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: a);
        upstream.On("token-b").Error(429, "rate_limit_error", retryAfter: b);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await proxy.PostMessageAsync();

        await AssertErrorAsync(response, 429, "rate_limit_error", expected);
    }

    [Fact]
    public async Task AllAreThrottledWithoutAHint_ClientGets429()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error");
        upstream.On("token-b").Error(429, "rate_limit_error");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await proxy.PostMessageAsync();

        await AssertErrorAsync(response, 429, "rate_limit_error", "1");
    }

    [Theory]
    [InlineData(30, "30")]
    [InlineData(300, "60")]
    public async Task NoneCanBeReached_ClientGets503WithTheWaitForTheFirst(int cooldown, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["cooldown"] = cooldown;
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        await upstream.RefuseAsync();

        using var response = await proxy.PostMessageAsync();

        await AssertErrorAsync(response, 503, "api_error", expected);
    }

    [Fact]
    public async Task OneIsLimitedAndOneFails_ClientGets503AndNot429()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "30");
        upstream.On("token-b").Error(401, "authentication_error");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await proxy.PostMessageAsync();

        await AssertErrorAsync(response, 503, "api_error", "30");
    }

    [Fact]
    public async Task NobodyServesTheModel_ClientGets503()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["models"] = new JsonArray("claude-haiku-*");
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);

        using var response = await proxy.PostMessageAsync();

        await AssertErrorAsync(response, 503, "api_error", "60");
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task AllAreFullAndNobodyMayWait_ClientGets429AndMayComeBackSoon()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "served").After(gate.Task);
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["max_concurrency"] = 1;
        config["queue"] = new JsonObject { ["length"] = 0 };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        var first = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        using (var second = await proxy.PostMessageAsync())
        {
            await AssertErrorAsync(second, 429, "rate_limit_error", "5");
        }

        gate.SetResult();
        using var served = await first;
        Assert.Equal("served", await served.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("3600", "60")]
    [InlineData("17", "17")]
    [InlineData(null, null)]
    public async Task AnUpstreamsAnswerIsTheBestThereIs_ItIsPassedOnWithAWaitThatKeepsTheClient(string? retryAfter, string? expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error", "from a");
        upstream.On("token-b").Error(503, "api_error", "from b", retryAfter);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("from b", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(expected, response.Headers.TryGetValues("retry-after", out var values) ? values.Single() : null);
    }

    [Fact]
    public async Task AnUpstreamAnsweredAndTheNextTookLong_TheAnswerIsStillPassedOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error", "from a");
        upstream.On("token-b").Hang();
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["timeouts"] = new JsonObject { ["first_byte"] = 30 };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(2);

        _clock.Advance(TimeSpan.FromSeconds(30));
        using var response = await responding;

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("from a", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientShowsNoKey_IsToldNotToTryAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["auth"] = true;
        config["auth_keys"] = new JsonArray("client-key-1");
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Contains("\"type\":\"authentication_error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string type, string retryAfter)
    {
        var body = await response.Content.ReadAsStringAsync();
        var error = JsonElement.Parse(body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(("error", type), (error.GetProperty("type").GetString(), error.GetProperty("error").GetProperty("type").GetString()));
        Assert.Equal(retryAfter, response.Headers.GetValues("retry-after").Single());
        Assert.False(response.Headers.Contains("x-should-retry"));
        Assert.DoesNotContain("token-", body, StringComparison.Ordinal);
    }
}
