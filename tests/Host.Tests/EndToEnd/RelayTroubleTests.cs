using System.Net;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Support.RelayAccounts;

namespace ClaudeProxy.Tests.EndToEnd;

public sealed class RelayTroubleTests
{
    [Fact]
    public async Task AccountIsLimited_AnotherServesAndItRestsInTierTwoUntilTheTimeTheAnswerNames()
    {
        await using var run = await RelayHarness.StartAsync(2);
        run.Relay.Knows(NumberedId(0), RelayAnswer.LimitedFor(TimeSpan.FromHours(2)));

        using var response = await run.Proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var account = await run.Proxy.AccountAsync(Shown(NumberedId(0)));
        Assert.Equal("rate_limited", account.GetProperty("state").GetString());
        Assert.Equal(2, (account.GetProperty("until").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalHours, 0.1);
    }

    [Theory]
    [InlineData(401, "authentication_error")]
    [InlineData(500, "api_error")]
    public async Task AccountFails_AnotherServesAndItCoolsDown(int status, string type)
    {
        await using var run = await RelayHarness.StartAsync(2);
        run.Relay.Knows(NumberedId(0), RelayAnswer.OfAccount(status, type));

        using var response = await run.Proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("cooling_down", await run.Proxy.StateOfAsync(Shown(NumberedId(0))));
    }

    [Theory]
    [InlineData(401, "Missing API key")]
    [InlineData(401, "Invalid API key format")]
    [InlineData(402, "Daily cost limit exceeded")]
    [InlineData(403, "Client not allowed")]
    [InlineData(429, "Concurrency limit exceeded")]
    [InlineData(500, "Internal server error")]
    [InlineData(503, "Service temporarily unavailable")]
    public async Task RelaySpeaksForItself_ClientGetsItsAnswerAndNoAccountIsBlamed(int status, string error)
    {
        await using var run = await RelayHarness.StartAsync(2);
        run.Relay.Knows(NumberedId(0), RelayAnswer.Own(status, error, "No.", ("retry-after", "7")));
        run.Relay.Knows(NumberedId(1), RelayAnswer.Own(status, error, "No.", ("retry-after", "7")));

        using var response = await run.Proxy.PostMessageAsync();

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Contains(error, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("7", Assert.Single(response.Headers.GetValues("retry-after")));
        Assert.Equal(("usable", "usable"), (await run.Proxy.StateOfAsync(Shown(NumberedId(0))), await run.Proxy.StateOfAsync(Shown(NumberedId(1)))));
    }

    [Fact]
    public async Task RelayTakesNoAccountIds_AnAlarmNamesTheRemedy()
    {
        await using var run = await RelayHarness.StartAsync(1);
        run.Relay.Knows(NumberedId(0), RelayAnswer.Own(401, "Invalid API key", "Invalid API key format"));

        using var response = await run.Proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var alarm = Assert.Single(run.Proxy.Logs.Entries, entry => entry.EventId.Name == "RelayRefusesKey");
        Assert.Contains("accounts.account_keys", alarm.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RelayDiesAndReturns_NoAccountIsBenchedAndServiceResumesWithinTwoSeconds()
    {
        await using var run = await RelayHarness.StartAsync(3);
        await run.Relay.RefuseAsync();
        for (var i = 0; i < 10; i++)
        {
            using var refused = await run.Proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 2);
        }

        var health = await run.Proxy.HealthAsync();
        Assert.True(health.GetProperty("upstream_down").GetBoolean());
        Assert.Equal(0, health.GetProperty("cooling_down").GetInt32());

        var began = TimeProvider.System.GetTimestamp();
        await run.Relay.AcceptAsync();
        await Eventually.HoldsAsync(
            () => !run.Proxy.HealthAsync().GetAwaiter().GetResult().GetProperty("upstream_down").GetBoolean(), "the relay is found to be back");
        var responses = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => run.Proxy.PostMessageAsync()));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
        Assert.Equal(3, (await run.Proxy.HealthAsync()).GetProperty("available_servers").GetInt32());
        foreach (var number in (int[])[0, 1, 2])
        {
            Assert.Equal("usable", await run.Proxy.StateOfAsync(Shown(NumberedId(number))));
        }
    }

    [Fact]
    public async Task RedisHangs_RequestsAreServedFromTheLastList()
    {
        await using var run = await RelayHarness.StartAsync(2, config => config["accounts"]!["timeout"] = "500ms");
        await run.Redis.ExecuteAsync("CLIENT", "PAUSE", "60000", "ALL");
        await Eventually.HoldsAsync(() => ErrorOf(run.Proxy) is not null, "the silence of Redis is told");

        for (var i = 0; i < 10; i++)
        {
            using var response = await run.Proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Contains("did not answer in time", ErrorOf(run.Proxy), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RedisIsAwayAtStart_ProxyStartsIsNotReadyAndServesWhenRedisComes()
    {
        await using var relay = await SimulatedRelay.StartAsync();
        await using var redis = RedisServer.Prepare();
        relay.Knows(NumberedId(0));
        await using var proxy = await ProxyHarness.StartFromEnvironmentAsync(new()
        {
            ["TARGET_URL"] = relay.Address.ToString(), ["REDIS_HOST"] = "127.0.0.1", ["REDIS_PORT"] = $"{redis.Port}",
        });

        await Eventually.HoldsAsync(() => ErrorOf(proxy) is not null, "the absence of Redis is told");
        using var notReady = await proxy.Client.GetAsync("/ready");
        using var refused = await proxy.PostMessageAsync();
        var error = ErrorOf(proxy);
        await redis.RunAsync();
        await redis.AddManyAsync(1);
        await Eventually.HoldsAsync(() => proxy.Client.GetAsync("/ready").GetAwaiter().GetResult().StatusCode == HttpStatusCode.OK, "ready");
        using var served = await proxy.PostMessageAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (notReady.StatusCode, refused.StatusCode));
        Assert.Contains($"127.0.0.1:{redis.Port}", error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task AccountIdsAreKeysOfTheRelay_NoLogNorReportTellsThem()
    {
        await using var run = await RelayHarness.StartAsync(3);
        run.Relay.Knows(NumberedId(0), RelayAnswer.LimitedFor(TimeSpan.FromHours(1)));
        run.Relay.Knows(NumberedId(1), RelayAnswer.OfAccount(401, "authentication_error"));

        using var response = await run.Proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("rate_limited", await run.Proxy.StateOfAsync(Shown(NumberedId(0))));
        var told = run.Proxy.Logs.Everything + await run.Proxy.Client.GetStringAsync("/status") + await run.Proxy.Client.GetStringAsync("/health");
        Assert.Contains(Shown(NumberedId(1)), told, StringComparison.Ordinal);
        Assert.All((int[])[0, 1, 2], number => Assert.DoesNotContain(NumberedId(number), told, StringComparison.Ordinal));
    }

    private static string? ErrorOf(ProxyHarness proxy) =>
        proxy.StatusAsync().GetAwaiter().GetResult().GetProperty("account_source").GetProperty("error").GetString();
}
