using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Balancing;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>How accounts come back into use.</summary>
public sealed class RecoveryTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Balancers => ["round_robin", "weighted_round_robin", "random", "least_recently_used"];

    [Theory]
    [MemberData(nameof(Balancers))]
    public async Task ProbeWasServed_ShareOfTheRequestsRisesOverThirtySeconds(string balancer)
    {
        using var pool = Pool(balancer, Some.Account("a"), Some.Account("b"), Some.Account("c"), Some.Account("d"));
        await RecoverAsync(pool, "a");

        var first = await CountAsync(pool, "a", TimeSpan.FromSeconds(10));
        var second = await CountAsync(pool, "a", TimeSpan.FromSeconds(10));
        var third = await CountAsync(pool, "a", TimeSpan.FromSeconds(10));
        var after = await CountAsync(pool, "a", TimeSpan.FromSeconds(10));

        // A quarter of 1000 requests would be its due: a sixth, a half, five sixths of that, and then all.
        Assert.InRange(first, 15, 60);
        Assert.InRange(second, 75, 140);
        Assert.InRange(third, 150, 230);
        Assert.InRange(after, 200, 300);
    }

    [Fact]
    public async Task EverybodyRecovers_NobodyIsLeftOut()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        await RecoverAsync(pool, "a", "b");

        Assert.InRange(await CountAsync(pool, "a", TimeSpan.FromSeconds(1)), 30, 70);
    }

    [Fact]
    public async Task OnlyUsableAccountRecovers_ServesEverything()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        await RecoverAsync(pool, "a");
        pool.CoolDown("b", s_minute);

        Assert.Equal(100, await CountAsync(pool, "a", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task UpstreamRecovers_AccountsBehindItShareTheRamp()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"), Some.Account("c", new Uri("http://127.0.0.1:10")));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, s_minute, "refused", pool.Store.Epoch.Next(), isTransport: true);
        pool.Clock.Advance(s_minute);
        pool["a"].Upstream.Answered(pool.Store.Epoch.Next());

        Assert.InRange(await CountAsync(pool, "c", TimeSpan.FromSeconds(3)), 270, 300);
    }

    [Fact]
    public async Task ResetByHand_HasItsFullShareAtOnce()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        await RecoverAsync(pool, "a");

        pool["a"].Reset();

        Assert.Equal(50, await CountAsync(pool, "a", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task LongRateLimit_OneProbeEveryFiveMinutes()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        pool.RateLimit("a", TimeSpan.FromMinutes(18));
        var probedAt = new List<double>();

        for (var second = 0; second < 17 * 60; second += 10)
        {
            using (var lease = await pool.LeaseAsync())
            {
                using var other = await pool.LeaseAsync();
                Assert.Equal("b", other!.Account.AccountId);
                if (lease!.Account.AccountId == "a")
                {
                    probedAt.Add(second / 60.0);
                }
            }

            pool.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal([5, 10, 15], probedAt);
    }

    [Fact]
    public async Task LongRateLimit_ProbeIsServed_AccountIsBack()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        pool.RateLimit("a", TimeSpan.FromHours(5));
        pool.Clock.Advance(TimeSpan.FromMinutes(5));

        using var probe = await pool.LeaseAsync();
        Assert.False(probe!.IsLastResort);
        Assert.True(probe.Succeed());

        Assert.Equal(Standing.Usable, pool["a"].StandingAt(pool.Now, null));
    }

    [Fact]
    public async Task LongRateLimit_ProbeIsRefusedAgain_NextOneFiveMinutesLater()
    {
        using var pool = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        pool.RateLimit("a", TimeSpan.FromHours(5));
        pool.Clock.Advance(TimeSpan.FromMinutes(5));
        using (var probe = await pool.LeaseAsync())
        {
            Assert.Equal("a", probe!.Account.AccountId);
            pool.RateLimit("a", TimeSpan.FromHours(5));
        }

        pool.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal("b", (await pool.LeaseAsync())!.Account.AccountId);
        pool.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("a", (await pool.LeaseAsync())!.Account.AccountId);
    }

    [Fact]
    public async Task LongRateLimit_FailureCouldReachTheClient_NobodyProbes()
    {
        using var alone = Pool("round_robin", Some.Account("a"), Some.Account("b"));
        using var noFallback = new TestPool(new PoolOptions { Fallback = false }, shipped.Create("round_robin"), Some.Account("a"), Some.Account("b"));
        var tried = new TriedAccounts();
        foreach (var pool in (TestPool[])[alone, noFallback])
        {
            pool.RateLimit("a", TimeSpan.FromHours(5));
            pool.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        // Without a fallback the client would see the 429; and a request that has failed already has fewer attempts left.
        Assert.Equal("b", (await noFallback.LeaseAsync())!.Account.AccountId);
        tried.Add(noFallback["a"]);
        Assert.Equal("b", (await alone.LeaseAsync(tried))!.Account.AccountId);
    }

    private TestPool Pool(string balancer, params Account[] accounts) => new(new PoolOptions(), shipped.Create(balancer), accounts);

    /// <summary>Lets accounts rest for a minute, and serve a probe each.</summary>
    private static async Task RecoverAsync(TestPool pool, params string[] ids)
    {
        Array.ForEach(ids, id => pool.CoolDown(id, s_minute));
        pool.Clock.Advance(s_minute);
        var tried = new TriedAccounts();
        foreach (var other in pool.Pool.Accounts.Where(account => !ids.Contains(account.AccountId)))
        {
            tried.Add(other);
        }

        foreach (var _ in ids)
        {
            using var probe = await pool.LeaseAsync(tried);
            Assert.True(probe!.Succeed());
            tried.Add(probe.Account);
        }
    }

    /// <summary>100 requests a second for <paramref name="duration"/>: how many <paramref name="id"/> got.</summary>
    private static async Task<int> CountAsync(TestPool pool, string id, TimeSpan duration)
    {
        var count = 0;
        for (var end = pool.Now + duration; pool.Now < end; pool.Clock.Advance(TimeSpan.FromMilliseconds(10)))
        {
            using var lease = await pool.LeaseAsync();
            count += lease!.Account.AccountId == id ? 1 : 0;
        }

        return count;
    }
}
