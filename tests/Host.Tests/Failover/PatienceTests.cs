using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Failover;

/// <summary>Outages of seconds are waited out.</summary>
public sealed class PatienceTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(200);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task EveryUpstreamIsAwayForEightSeconds_AllClientsAreServed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Patient(upstream, "a", "b", "c"), _clock);
        await upstream.RefuseAsync();

        var began = _clock.GetUtcNow();
        var responding = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => proxy.PostMessageAsync()));
        await _clock.AdvanceUntilAsync(PassAsync(began, TimeSpan.FromSeconds(8)), s_step);
        Assert.False(responding.IsCompleted);
        await upstream.AcceptAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);

        Assert.All(await responding, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(16, proxy.Logs.Of("Holding").Count);
        Assert.Equal(16, upstream.Requests.Count);
    }

    [Fact]
    public async Task OutageIsOver_EveryAccountIsBackWithinItsFirstRest()
    {
        await using var first = await FakeUpstream.StartAsync();
        await using var second = await FakeUpstream.StartAsync();
        var config = Patient(first, "a", "b");
        config["servers"]![1]!["url"] = second.Address.ToString();
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        await first.RefuseAsync();
        await second.RefuseAsync();

        var began = _clock.GetUtcNow();
        var responding = proxy.PostMessageAsync();
        await _clock.AdvanceUntilAsync(PassAsync(began, TimeSpan.FromSeconds(8)), s_step);
        await first.AcceptAsync();
        await second.AcceptAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);
        _clock.Advance(TimeSpan.FromSeconds(60));

        // However often they were tried in vain meanwhile.
        Assert.All(await proxy.StatesAsync(), state => Assert.Contains(state, (string[])["usable", "half_open"]));
    }

    [Fact]
    public async Task EverybodyIsOverloadedForAWhile_ClientIsServed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error").Then(529).Then(529).Then(529).Then(200, "from a");
        upstream.On("token-b").Error(529, "overloaded_error");
        await using var proxy = await ProxyHarness.StartAsync(Patient(upstream, "a", "b"), _clock);

        var responding = proxy.PostMessageAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);

        Assert.Equal("from a", await (await responding).Content.ReadAsStringAsync());
        Assert.Equal("usable", await proxy.StateOfAsync("b"));
    }

    /// <summary>Where all repetitions are used up a request is held, and then tried once at a time: not with the same account again and again.</summary>
    [Fact]
    public async Task FirstAccountStaysOverloadedAndNoRetriesAreLeft_SecondServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error");
        var config = Patient(upstream, "a", "b");
        config["mode"] = "fallback";
        config["servers"]![0]!["priority"] = 1;
        config["servers"]![1]!["priority"] = 2;
        config["failover"]!["retry_budget"] = 0;
        config["failover"]!["retry_floor"] = 1;
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);

        var responding = proxy.PostMessageAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);

        Assert.Equal(HttpStatusCode.OK, (await responding).StatusCode);
        Assert.Equal(["token-a", "token-a", "token-b"], upstream.Requests.Select(request => request.Token));
    }

    /// <summary>A later attempt for which there was a retry, and which failed, takes away none of the others that the request may have.</summary>
    [Fact]
    public async Task HeldForLackOfRetriesAndTheNextOneFailsToo_GoesOnToAnAccountThatIsWell()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Patient(upstream, "a", "b", "c", "d");
        for (var i = 0; i < 4; i++)
        {
            config["servers"]![i]!["priority"] = i + 1;
        }

        foreach (var broken in (string[])["token-a", "token-b", "token-c"])
        {
            upstream.On(broken).Error(500, "api_error");
        }

        config["failover"] = new JsonObject { ["patience"] = "60s", ["attempts"] = 4, ["retry_budget"] = 0, ["retry_floor"] = 1 };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);

        var responding = proxy.PostMessageAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);

        Assert.Equal(HttpStatusCode.OK, (await responding).StatusCode);
        Assert.Equal(["token-a", "token-b", "token-c", "token-d"], upstream.Requests.Select(request => request.Token));
    }

    [Fact]
    public async Task OutageLastsLonger_ClientGetsAnErrorThatMakesItComeBack()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error");
        upstream.On("token-b").Error(529, "overloaded_error");
        await using var proxy = await ProxyHarness.StartAsync(Patient(upstream, "a", "b"), _clock);

        var began = _clock.GetUtcNow();
        var responding = proxy.PostMessageAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);
        using var response = await responding;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 15, 25);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.DoesNotContain("overloaded_error", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccountIsLimitedForSeconds_ClientIsServedWhenTheyAreOver()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "5").Then(200, "from a");
        await using var proxy = await ProxyHarness.StartAsync(Patient(upstream, "a"), _clock);

        var responding = proxy.PostMessageAsync();
        await _clock.AdvanceUntilAsync(responding, s_step);

        Assert.Equal("from a", await (await responding).Content.ReadAsStringAsync());
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Theory]
    [InlineData(500, "api_error", 500)]
    [InlineData(401, "authentication_error", 503)]
    public async Task EveryAccountFailsForAReasonOfItsOwn_IsPassedOnAtOnce(int status, string type, int expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(status, type);
        upstream.On("token-b").Error(status, type);
        await using var proxy = await ProxyHarness.StartAsync(Patient(upstream, "a", "b"), _clock);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task MoreAreHeldThanMayBe_IsPassedOnAtOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Patient(upstream, "a");
        config["failover"] = new JsonObject { ["patience"] = "20s", ["max_held"] = 1 };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        await upstream.RefuseAsync();

        var held = proxy.PostMessageAsync();
        await Eventually.HoldsAsync(() => proxy.Logs.Of("Holding").Count == 1);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(held.IsCompleted);
        await _clock.AdvanceUntilAsync(held, s_step);
    }

    [Fact]
    public async Task ClientLeavesWhileItIsHeld_ItsPlaceIsFree()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Patient(upstream, "a");
        config["failover"] = new JsonObject { ["patience"] = "20s", ["max_held"] = 1 };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);
        await upstream.RefuseAsync();
        using (var client = await RawClient.ConnectAsync(proxy.Address))
        {
            await client.SendAsync("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\r\n{}");
            await Eventually.HoldsAsync(() => proxy.Logs.Of("Holding").Count == 1);
        }

        await Eventually.HoldsAsync(() => proxy.Logs.Of("ClientLeft").Count == 1);
        var held = proxy.PostMessageAsync();
        await Eventually.HoldsAsync(() => proxy.Logs.Of("Holding").Count == 2);
        await _clock.AdvanceUntilAsync(held, s_step);
    }

    [Fact]
    public async Task TotalOutage_LoadIsNotMultiplied()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        string[] accounts = ["a", "b", "c", "d"];
        foreach (var account in accounts)
        {
            upstream.On($"token-{account}").Error(503, "api_error");
        }

        // Where everybody rests everybody is tried all the same, so only the budget limits what is sent.
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, accounts), _clock);
        const int Requests = 500;
        for (var i = 0; i < Requests; i++)
        {
            using var response = await proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        Assert.InRange(upstream.Requests.Count, Requests, (Requests * 6 / 5) + 100);
    }

    private static JsonObject Patient(FakeUpstream upstream, params string[] accounts)
    {
        var config = ProxyHarness.Config(upstream, accounts);
        config["failover"] = new JsonObject { ["patience"] = "20s" };
        return config;
    }

    private Task PassAsync(DateTimeOffset since, TimeSpan time) => Task.Delay(since + time - _clock.GetUtcNow(), _clock);
}
