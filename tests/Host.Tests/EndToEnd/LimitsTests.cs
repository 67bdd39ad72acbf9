using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>How far the proxy goes for one request.</summary>
public sealed class LimitsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task EveryAccountFails_AttemptsAreTheLimit(int attempts)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = FailingConfig(upstream, "a", "b", "c", "d", "e");
        config["failover"] = new JsonObject { ["attempts"] = attempts };
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(attempts, upstream.Requests.Count);
        Assert.Equal(attempts, upstream.Attempts.Distinct().Count());
    }

    [Fact]
    public async Task EveryAccountFails_ThreeAttemptsUnlessSet()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(FailingConfig(upstream, "a", "b", "c", "d", "e"));

        (await proxy.PostMessageAsync()).Dispose();

        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task UpstreamsAreGone_AttemptsThatNeverReachedOneDoNotCount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        FakeUpstream[] gone = [await FakeUpstream.StartAsync(), await FakeUpstream.StartAsync(), await FakeUpstream.StartAsync()];
        var config = ProxyHarness.Config(upstream, "d");
        config["failover"] = new JsonObject { ["attempts"] = 1 };
        for (var index = 0; index < gone.Length; index++)
        {
            await gone[index].RefuseAsync();
            config["servers"]!.AsArray().Insert(index, ProxyHarness.Server(gone[index], $"{(char)('a' + index)}"));
        }

        await using var proxy = await ProxyHarness.StartAsync(config);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["cooling_down", "cooling_down", "cooling_down", "usable"], await proxy.StatesAsync());
        foreach (var server in gone)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task AccountsAreCoolingDown_TheyDoNotCountAsAttempts()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = FailingConfig(upstream, "a", "b", "c");
        config["failover"] = new JsonObject { ["attempts"] = 1 };
        config["servers"]!.AsArray().Add(ProxyHarness.Server(upstream, "d"));
        await using var proxy = await ProxyHarness.StartAsync(config);
        for (var i = 0; i < 3; i++)
        {
            (await proxy.PostMessageAsync()).Dispose();
        }

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task DeadlineIsOver_NoFurtherAccountIsTried()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = HangingConfig(upstream, "a", "b", "c");
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(config, clock);
        var responding = proxy.PostMessageAsync();

        await upstream.ReceivedAsync(1);
        clock.Advance(TimeSpan.FromSeconds(40));
        await upstream.ReceivedAsync(2);
        clock.Advance(TimeSpan.FromSeconds(40));

        using var response = await responding;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
    }

    [Fact]
    public async Task DeadlineIsLonger_AllAccountsAreTried()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = HangingConfig(upstream, "a", "b", "c");
        config["failover"] = new JsonObject { ["deadline"] = "90s" };
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(config, clock);
        var responding = proxy.PostMessageAsync();

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await upstream.ReceivedAsync(attempt);
            clock.Advance(TimeSpan.FromSeconds(40));
        }

        using var response = await responding;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["token-a", "token-b", "token-c"], upstream.Attempts);
    }

    [Fact]
    public async Task WaitForTheSameAccountWouldPassTheDeadline_NobodyWaits()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error");
        upstream.On("token-b").Error(529, "overloaded_error");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["failover"] = new JsonObject { ["deadline"] = 1 };
        await using var proxy = await ProxyHarness.StartAsync(config, new ManualTimeProvider());

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
    }

    private static JsonObject FailingConfig(FakeUpstream upstream, params string[] accounts)
    {
        Array.ForEach(accounts, account => upstream.On($"token-{account}").Error(500, "api_error"));
        return ProxyHarness.Config(upstream, accounts);
    }

    private static JsonObject HangingConfig(FakeUpstream upstream, params string[] accounts)
    {
        Array.ForEach(accounts, account => upstream.On($"token-{account}").Hang());
        var config = ProxyHarness.Config(upstream, accounts);
        config["timeouts"] = new JsonObject { ["first_byte"] = 40 };
        return config;
    }
}
