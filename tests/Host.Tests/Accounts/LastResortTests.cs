using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class LastResortTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task LeaseAsync_AllRest_RateLimitedComeFirstAndEarliestFirst()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"), Some.Account("c"), Some.Account("d"));
        pool.CoolDown("a", s_minute);
        pool.CoolDown("b", s_minute / 2);
        pool.RateLimit("c", 10 * s_minute);
        pool.RateLimit("d", 5 * s_minute);

        Assert.Equal("dcba", await pool.OrderAsync());
    }

    [Fact]
    public async Task LeaseAsync_AllRestUntilTheSameTime_KeepsTheOrder()
    {
        using var pool = new TestPool(Some.Account("b"), Some.Account("a"));
        pool.CoolDown("b", s_minute);
        pool.CoolDown("a", s_minute);

        Assert.Equal("ba", await pool.OrderAsync());
    }

    [Fact]
    public async Task LeaseAsync_AllRest_OneRequestAtATimeForEachAccount()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.CoolDown("a", s_minute);
        pool.CoolDown("b", 2 * s_minute);

        using var first = await pool.LeaseAsync();
        using var second = await pool.LeaseAsync();

        Assert.Equal("a", first!.Account.AccountId);
        Assert.Equal("b", second!.Account.AccountId);
        Assert.Null(await pool.LeaseAsync());
    }

    [Fact]
    public async Task LeaseAsync_RestIsOver_LetsOneProbeInAndGivesTheOthersWhatIsUsable()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.CoolDown("a", s_minute);
        pool.Clock.Advance(s_minute);

        using var probe = await pool.LeaseAsync();
        using var other = await pool.LeaseAsync();

        Assert.Equal("a", probe!.Account.AccountId);
        Assert.Equal("b", other!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_ProbeIsServed_EverybodyMayComeFromTheCommitOn()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", s_minute);
        pool.Clock.Advance(s_minute);

        using var probe = await pool.LeaseAsync();
        Assert.Null(await pool.LeaseAsync());
        Assert.True(probe!.Succeed());

        using var second = await pool.LeaseAsync();
        using var third = await pool.LeaseAsync();
        Assert.NotNull(third);
    }

    [Fact]
    public async Task LeaseAsync_ProbeEndsWithoutAWord_ThePermitComesBackAndTheAccountStaysHalfOpen()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", s_minute);
        pool.Clock.Advance(s_minute);

        (await pool.LeaseAsync())!.Dispose();

        using var next = await pool.LeaseAsync();
        Assert.NotNull(next);
        Assert.Null(await pool.LeaseAsync());
    }

    [Fact]
    public async Task LeaseAsync_ProbeFails_TheAccountRestsTwiceAsLongAndThePermitComesBack()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", s_minute);
        pool.Clock.Advance(s_minute);

        using (await pool.LeaseAsync())
        {
            pool.CoolDown("a", s_minute);
        }

        Assert.Equal(pool.Now + 2 * s_minute, pool["a"].StandingAt(pool.Now, null).Until);
        Assert.False(pool["a"].Cooldown.IsProbing(pool.Now));
    }

    [Fact]
    public async Task LeaseAsync_NoRoomForTheProbe_ThePermitComesBack()
    {
        using var pool = new TestPool(Some.Account("a") with { MaxConcurrency = 1 });
        using (await pool.LeaseAsync())
        {
            pool.CoolDown("a", s_minute);

            Assert.Null(Lease.TryTake(pool["a"], "claude-sonnet-4-5", pool.Store.Epoch, pool.Now));
            Assert.False(pool["a"].Cooldown.IsProbing(pool.Now));
        }
    }

    [Fact]
    public async Task LeaseAsync_HalfOpenForOneModel_ProbesForThatModelOnly()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool["a"].CooldownFor("claude-opus-4-1", pool.Now)!.CoolDown(pool.Now, s_minute, "404", pool.Store.Epoch.Next(), isTransport: false);
        pool.Clock.Advance(s_minute);

        using var probe = await pool.LeaseAsync(model: "claude-opus-4-1");
        Assert.Null(await pool.LeaseAsync(model: "claude-opus-4-1"));
        using var other = await pool.LeaseAsync(model: "claude-sonnet-4-5");

        Assert.NotNull(other);
    }

    [Fact]
    public async Task LeaseAsync_UpstreamRests_OneRequestAtATimeForAllBehindIt()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, s_minute, "refused", pool.Store.Epoch.Next(), isTransport: true);

        using var first = await pool.LeaseAsync();
        Assert.Null(await pool.LeaseAsync());
        pool.Clock.Advance(Cooldown.LongestProbe - TimeSpan.FromTicks(1));
        Assert.Null(await pool.LeaseAsync());
        first!.Upstream.Answered(first.Began);
        first.Succeed();

        using var second = await pool.LeaseAsync();
        using var third = await pool.LeaseAsync();
        Assert.NotNull(third);
    }

    [Fact]
    public async Task LeaseAsync_AnotherUpstreamIsUsable_TheRestingOneIsLeftAlone()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"), Some.Account("c", new Uri("http://127.0.0.1:10")));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, s_minute, "refused", pool.Store.Epoch.Next(), isTransport: true);

        Assert.Equal("c", (await pool.LeaseAsync())!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_SwitchedOff_IsNeverUsed()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool["a"].SwitchedOff = "balance 0 is not above 0";

        Assert.Null(await pool.LeaseAsync());
        Assert.Null(Lease.TryTake(pool["a"], null, pool.Store.Epoch, pool.Now));
    }

    [Fact]
    public async Task LeaseAsync_SourceSaysWhatItKnows_CountsLikeWhatWasSeenHere()
    {
        var now = new TestPool().Now;
        using var pool = new TestPool(
            Some.Account("a") with { Observed = new AccountObservation { UnavailableUntil = DateTimeOffset.MaxValue } },
            Some.Account("b") with { Observed = new AccountObservation { UnavailableUntil = now + s_minute } },
            Some.Account("c") with { Observed = new AccountObservation { RateLimitedUntil = now + 2 * s_minute } },
            Some.Account("d") with { Observed = new AccountObservation { RateLimitedUntil = now - s_minute, UnavailableUntil = now } });

        Assert.Equal("dcb", await pool.OrderAsync());
        pool.Clock.Advance(s_minute);
        Assert.Equal("bdc", await pool.OrderAsync());
    }

    [Fact]
    public async Task LeaseAsync_SixtyFourThreadsOnHalfOpenAccounts_NeverMoreThanOneProbeEach()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.CoolDown("a", s_minute);
        pool.CoolDown("b", s_minute);
        pool.Clock.Advance(s_minute);
        var probes = 0;
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                if (await pool.LeaseAsync() is { } lease)
                {
                    var now = Interlocked.Increment(ref probes);
                    most = Math.Max(most, now);
                    Interlocked.Decrement(ref probes);
                    lease.Dispose();
                }
            }
        }))).InTime();

        Assert.InRange(most, 1, 2);
        Assert.False(pool["a"].Cooldown.IsProbing(pool.Now) || pool["b"].Cooldown.IsProbing(pool.Now));
    }
}
