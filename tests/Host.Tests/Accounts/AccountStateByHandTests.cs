using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>What a person may do to an account.</summary>
public sealed class AccountStateByHandTests
{
    private const string Opus = "claude-opus-4-1";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Disable_UntilEnabledAgain_IsNotUsedNotEvenAsLastResort()
    {
        using var pool = new TestPool(Some.Account("a"));

        pool["a"].Disable("key is being rotated");
        Assert.Equal("", await pool.OrderAsync());
        Assert.Equal(("key is being rotated", Tier.Unusable), (pool["a"].Disabled, pool["a"].StandingAt(pool.Now, null).Tier));

        pool["a"].Enable();
        Assert.Equal("a", await pool.OrderAsync());
    }

    [Fact]
    public void Enable_BalanceCheckSwitchedItOff_StaysOff()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool["a"].SwitchedOff = "balance 0 is not above 0";
        pool["a"].Disable("by hand");

        pool["a"].Enable();

        Assert.Equal(Tier.Unusable, pool["a"].StandingAt(pool.Now, null).Tier);
    }

    [Fact]
    public void Update_DisabledAccount_StaysDisabled()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool["a"].Disable("by hand");

        pool.Pool.Update([Some.Account("a") with { Weight = 3 }]);

        Assert.Equal("by hand", pool["a"].Disabled);
    }

    [Fact]
    public void Reset_AccountAndModelRest_IsUsableWithoutReservation()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", s_hour);
        pool.RateLimit("a", s_hour);
        pool["a"].CooldownFor(Opus, pool.Now)!.RateLimit(pool.Now + s_hour, "429", pool.Store.Epoch.Next());
        pool["a"].Record.FailedWith("500", pool.Now, pool.Store.Epoch.Next());

        pool["a"].Reset();

        Assert.Equal(Standing.Usable, pool["a"].StandingAt(pool.Now, Opus));
        Assert.Equal(0, pool["a"].Record.ConsecutiveFailures);
    }

    [Fact]
    public void Reset_UpstreamRests_OneRequestFindsOut()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, s_hour, "refused", pool.Store.Epoch.Next(), isTransport: true);

        pool["a"].Reset();

        Assert.True(pool["b"].StandingAt(pool.Now, null) is { Tier: Tier.Usable, IsHalfOpen: true });
    }

    [Fact]
    public void Reset_AttemptsThatBeganBefore_LetNothingRestAnyMore()
    {
        using var pool = new TestPool(Some.Account("a"));
        var began = pool.Store.Epoch.Next();
        pool.CoolDown("a", s_hour);

        pool["a"].Reset();
        pool["a"].Cooldown.CoolDown(pool.Now, s_hour, "500", began, isTransport: false);
        pool["a"].Cooldown.RateLimit(pool.Now + s_hour, "429", began);

        Assert.Equal(Standing.Usable, pool["a"].StandingAt(pool.Now, null));
        pool.CoolDown("a", s_hour);
        Assert.Equal(Tier.CoolingDown, pool["a"].StandingAt(pool.Now, null).Tier);
    }
}
