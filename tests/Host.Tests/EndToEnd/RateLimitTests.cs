using System.Net;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Answers 429: whose limit is it, and for how long.</summary>
public sealed class RateLimitTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData("retry-after", "30", 30)]
    [InlineData("retry-after", "Thu, 01 Jan 2026 00:01:30 GMT", 90)]
    [InlineData("retry-after", "7200", 7200)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    public async Task RetryAfter_NextAccountServesAndTheFirstRestsForExactlyThatTime(string header, string value, double seconds)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(429, "{}", null, (header, value));

        await AssertRestsAsync(upstream, seconds);
    }

    [Fact]
    public async Task ExhaustedBucket_FirstRestsUntilItsReset()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(
            429,
            "{}",
            null,
            ("anthropic-ratelimit-requests-remaining", "12"),
            ("anthropic-ratelimit-requests-reset", "2026-01-01T09:00:00Z"),
            ("anthropic-ratelimit-input-tokens-remaining", "0"),
            ("anthropic-ratelimit-input-tokens-reset", "2026-01-01T00:00:45Z"));

        await AssertRestsAsync(upstream, 45);
    }

    [Fact]
    public async Task SubscriptionRejects_FirstRestsUntilItsReset()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(
            429,
            "{}",
            null,
            ("anthropic-ratelimit-unified-status", "rejected"),
            ("anthropic-ratelimit-unified-reset", $"{_clock.GetUtcNow().ToUnixTimeSeconds() + 5000}"));

        await AssertRestsAsync(upstream, 5000);
    }

    [Fact]
    public async Task RateLimitAsFirstEvent_IsJudgedLikeTheStatus()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, Sse.Error("rate_limit_error"), "20", ("content-type", "text/event-stream"));

        await AssertRestsAsync(upstream, 20);
    }

    [Fact]
    public async Task RestIsOver_AccountIsUsedAgainToTheTick()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(429, "{}", "30").Then(200, "from a");
        await using var proxy = await StartAsync(upstream);
        await PostAsync(proxy);

        _clock.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        await PostAsync(proxy);
        _clock.Advance(TimeSpan.FromTicks(1));
        await PostAsync(proxy);

        Assert.Equal(["token-a", "token-b", "token-b", "token-a"], upstream.Attempts);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task NoHint_NextAccountServesAndNobodyRests()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error");
        await using var proxy = await StartAsync(upstream);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(proxy));

        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task NoHintThreeTimesInARowWithinAMinute_AccountRestsForThatModelAndTheCooldown()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error");
        await using var proxy = await StartAsync(upstream);

        await PostAsync(proxy);
        _clock.Advance(TimeSpan.FromSeconds(20));
        await PostAsync(proxy);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
        _clock.Advance(TimeSpan.FromSeconds(20));
        await PostAsync(proxy);

        var resting = Assert.Single((await proxy.AccountAsync("a")).GetProperty("models_resting").EnumerateObject());
        Assert.Equal("claude-sonnet-5-5", resting.Name);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(60), resting.Value.GetDateTimeOffset());
    }

    [Fact]
    public async Task NoHintThreeTimesButFarApartOrNotInARow_NobodyRests()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var answers = upstream.On("token-a");
        answers.Error(429, "rate_limit_error").Error(429, "rate_limit_error").Then(200, "served").Error(429, "rate_limit_error");
        await using var proxy = await StartAsync(upstream);

        for (var i = 0; i < 5; i++)
        {
            await PostAsync(proxy);
        }

        _clock.Advance(TimeSpan.FromSeconds(61));
        await PostAsync(proxy);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task SixtyFourRequestsAreLimitedTogether_TheyCountOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Error(429, "rate_limit_error").After(gate.Task);
        await using var proxy = await StartAsync(upstream);
        var requests = Enumerable.Range(0, 64).Select(_ => PostAsync(proxy)).ToArray();
        await upstream.ReceivedAsync(64);

        gate.SetResult();
        await Task.WhenAll(requests).InTime();

        Assert.All(requests, request => Assert.Equal(HttpStatusCode.OK, request.Result));
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    private async Task AssertRestsAsync(FakeUpstream upstream, double seconds)
    {
        await using var proxy = await StartAsync(upstream);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(proxy));

        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        var account = await proxy.AccountAsync("a");
        Assert.Equal("rate_limited", account.GetProperty("state").GetString());
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(seconds), account.GetProperty("until").GetDateTimeOffset());
        Assert.Equal("usable", await proxy.StateOfAsync("b"));
    }

    private Task<ProxyHarness> StartAsync(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        return ProxyHarness.StartAsync(config, _clock);
    }

    private static async Task<HttpStatusCode> PostAsync(ProxyHarness proxy)
    {
        using var response = await proxy.PostMessageAsync();
        await response.Content.ReadAsStringAsync().InTime();
        return response.StatusCode;
    }
}
