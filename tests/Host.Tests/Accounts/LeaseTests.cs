using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class LeaseTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Dispose_Twice_LetsGoOnce()
    {
        using var pool = new TestPool(Some.Account("a"));
        var lease = (await pool.LeaseAsync())!;
        using var other = await pool.LeaseAsync();

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(1, pool["a"].InFlight);
    }

    [Fact]
    public async Task Dispose_AfterSuccess_DoesNotTakeTheNextProbesPermitAway()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", s_minute);
        pool.Clock.Advance(s_minute);
        var first = (await pool.LeaseAsync())!;
        first.Succeed();
        pool.CoolDown("a", s_minute);
        using var second = await pool.LeaseAsync();

        first.Dispose();

        Assert.True(pool["a"].Cooldown.IsProbing(pool.Now));
    }

    [Fact]
    public async Task Succeed_BeganBeforeTheRest_LeavesTheRest()
    {
        using var pool = new TestPool(Some.Account("a"));
        using var early = await pool.LeaseAsync();
        pool.CoolDown("a", s_minute);

        Assert.False(early!.Succeed());
        Assert.Equal(Tier.CoolingDown, pool["a"].StandingAt(pool.Now, null).Tier);
    }

    [Fact]
    public async Task Succeed_AfterBeginningAgain_CountsFromTheNewBeginning()
    {
        using var pool = new TestPool(Some.Account("a"));
        using var lease = await pool.LeaseAsync();
        pool.CoolDown("a", s_minute);

        pool.Pool.BeginAgain(lease!);

        Assert.True(lease!.Succeed());
        Assert.Equal(Tier.Usable, pool["a"].StandingAt(pool.Now, null).Tier);
    }

    [Fact]
    public async Task Succeed_AccountAndModelRested_ClearsBoth()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", s_minute);
        pool["a"].CooldownFor("claude-sonnet-4-5", pool.Now)!.RateLimit(pool.Now + s_minute, "429", pool.Store.Epoch.Next());
        using var lease = await pool.LeaseAsync();

        Assert.True(lease!.Succeed());

        Assert.Equal(Standing.Usable, pool["a"].StandingAt(pool.Now, "claude-sonnet-4-5"));
    }

    [Fact]
    public async Task Succeed_OtherModelRested_LeavesThatRest()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool["a"].CooldownFor("claude-opus-4-1", pool.Now)!.RateLimit(pool.Now + s_minute, "429", pool.Store.Epoch.Next());
        using var lease = await pool.LeaseAsync(model: "claude-sonnet-4-5");

        Assert.False(lease!.Succeed());
        Assert.Equal(Tier.RateLimited, pool["a"].StandingAt(pool.Now, "claude-opus-4-1").Tier);
    }

    [Fact]
    public async Task TryTake_UpstreamIsProbedThroughAnotherAccount_TakesNothing()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, s_minute, "refused", pool.Store.Epoch.Next(), isTransport: true);
        using var probe = await pool.LeaseAsync();

        Assert.Null(Lease.TryTake(pool["b"], null, pool.Store.Epoch, pool.Now));

        Assert.False(pool["b"].Cooldown.IsProbing(pool.Now));
        Assert.Equal(0, pool["b"].InFlight);
    }
}
