using System.Net;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>How what was held against an account is forgotten.</summary>
public sealed class RecoveryTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task AccountServesAgain_ItsMarksAreCleared()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Answer(200);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), _clock);
        (await proxy.PostMessageAsync()).Dispose();
        Assert.Equal(["cooling_down"], await proxy.StatesAsync());

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["usable"], await proxy.StatesAsync());
        Assert.Equal(0, (await proxy.HealthAsync()).GetProperty("cooling_down").GetInt32());
    }

    [Fact]
    public async Task RateLimitOfAnHour_IsLookedAtEveryFiveMinutesAndNoClientSeesIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "3600").Then(429, "{}", "3600").Then(200, "a");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        for (var minute = 0; minute < 12; minute++)
        {
            using var response = await proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        // At once, after 5 minutes (refused again), and after 10 minutes: then it is back.
        Assert.Equal([0, 6, 12], upstream.Attempts.Select((token, index) => (token, index)).Where(attempt => attempt.token == "token-a").Take(3).Select(attempt => attempt.index));
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task SixtyFourRequestsFailTogether_TheyAreOneFailure()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(500).After(gate.Task);
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        var requests = Enumerable.Range(0, 64).Select(_ => proxy.PostMessageAsync()).ToArray();
        await upstream.ReceivedAsync(64);

        gate.SetResult();
        var responses = await Task.WhenAll(requests).InTime();

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(60), (await proxy.AccountAsync("a")).GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task AnOldRequestIsServedLate_TheCooldownStays()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200).After(gate.Task).Answer(500);
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        var old = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);
        (await proxy.PostMessageAsync()).Dispose();

        gate.SetResult();
        (await old).Dispose();

        Assert.Equal(["cooling_down", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task ReloadKeepsTheAccount_ItsMarksStay()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        var config = ProxyHarness.Config(upstream, "a", "b");
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        (await proxy.PostMessageAsync()).Dispose();

        config["cooldown"] = 30;
        proxy.WriteConfig(config);
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();

        Assert.Equal(["cooling_down", "usable"], await proxy.StatesAsync());
        Assert.Equal(30, (await proxy.HealthAsync()).GetProperty("cooldown_seconds").GetInt32());
    }

    [Fact]
    public async Task AccountLeavesAndReturns_ItBeginsAnew()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        (await proxy.PostMessageAsync()).Dispose();

        proxy.WriteConfig(ProxyHarness.Config(upstream, "b"));
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();
        Assert.Equal(["usable"], await proxy.StatesAsync());
        proxy.WriteConfig(ProxyHarness.Config(upstream, "a", "b"));
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();

        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
        Assert.Equal(0, (await proxy.AccountAsync("a")).GetProperty("failed").GetInt32());
    }
}
