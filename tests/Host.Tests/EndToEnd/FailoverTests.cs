using System.Net;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

public sealed class FailoverTests
{
    [Fact]
    public async Task RateLimitedAccount_ClientSeesOnlyTheNextAccountsAnswer()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "30");
        upstream.On("token-b").Answer(200, "hello");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        Assert.Equal("rate_limited", await proxy.StateOfAsync("a"));
        Assert.Equal("usable", await proxy.StateOfAsync("b"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task ServerErrorOnEveryAccount_ClientSeesTheLastUpstreamsAnswer(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(status, "from a");
        upstream.On("token-b").Answer(status, "from b");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }
}
