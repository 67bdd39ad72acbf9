using ClaudeProxy.Accounts;
using ClaudeProxy.Checks;
using ClaudeProxy.Configuration;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Accounts;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Checks;

public sealed class HealthCheckTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly CollectingLoggerProvider _logs = new();

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task RunAsync_AnswerIsWell_LeavesTheAccountHalfOpen(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(status);
        using var pool = new TestPool(upstream.Account("a"));
        pool.CoolDown("a", s_minute);

        await RunAsync(pool);

        Assert.True(pool["a"].StandingAt(pool.Now, null) is { Tier: Tier.Usable, IsHalfOpen: true });
        var request = Assert.Single(upstream.Requests);
        Assert.Equal(("GET", "/healthz?deep=1", "token-a"), (request.Method, request.RawTarget, request.Token));
        Assert.Single(_logs.Entries, entry => entry.EventId.Name == "HealthCheckPassed");
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task RunAsync_AnswerIsNot_LeavesTheCooldown(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(status);
        using var pool = new TestPool(upstream.Account("a"));
        pool.CoolDown("a", s_minute);

        await RunAsync(pool);

        Assert.Equal(Tier.CoolingDown, pool["a"].StandingAt(pool.Now, null).Tier);
        Assert.Equal($"{status}", Assert.Single(_logs.Entries, entry => entry.EventId.Name == "HealthCheckFailed").Value("Reason"));
    }

    [Fact]
    public async Task RunAsync_NobodyListens_LeavesTheCooldown()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await upstream.RefuseAsync();
        using var pool = new TestPool(upstream.Account("a"));
        pool.CoolDown("a", s_minute);

        await RunAsync(pool);

        Assert.Equal(Tier.CoolingDown, pool["a"].StandingAt(pool.Now, null).Tier);
        Assert.Single(_logs.Entries, entry => entry.EventId.Name == "HealthCheckFailed");
    }

    [Fact]
    public async Task RunAsync_NoAnswerComes_GivesUpAfterTenSeconds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Hang();
        using var pool = new TestPool(upstream.Account("a"));
        pool.CoolDown("a", s_minute);
        var running = RunAsync(pool);
        var received = await upstream.ReceivedAsync(1);

        pool.Clock.Advance(TimeSpan.FromSeconds(10));

        await running.InTime();
        await received.ClientLeft.InTime();
        Assert.Equal(Tier.CoolingDown, pool["a"].StandingAt(pool.Now, null).Tier);
    }

    [Fact]
    public async Task RunAsync_AccountIsUsableOrOnlyRateLimited_AsksNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        using var pool = new TestPool(upstream.Account("a"));

        await RunAsync(pool);
        pool.RateLimit("a", s_minute);
        await RunAsync(pool);

        Assert.Empty(upstream.Requests);
        Assert.Equal(Tier.RateLimited, pool["a"].StandingAt(pool.Now, null).Tier);
    }

    [Fact]
    public async Task RunAsync_UpstreamRests_ItIsHalfOpenForAllAccountsBehindIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        using var pool = new TestPool(upstream.Account("a"), upstream.Account("b"));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, s_minute, "refused", pool.Store.Epoch.Next(), isTransport: true);

        await RunAsync(pool);

        Assert.True(pool["b"].StandingAt(pool.Now, null) is { Tier: Tier.Usable, IsHalfOpen: true });
    }

    private async Task RunAsync(TestPool pool)
    {
        using var clients = new UpstreamClients(TimeSpan.FromSeconds(5));
        var check = new HealthCheck(clients, pool.Clock, _logs.CreateFactory().CreateLogger<HealthCheck>());
        await check.RunAsync(pool["a"], new HealthCheckOptions { Path = "/healthz?deep=1" }, CancellationToken.None);
    }
}
