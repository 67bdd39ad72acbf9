using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class AccountStateTests
{
    [Fact]
    public void CooldownFor_MoreModelsThanAreKept_RestsNothingUntilOneOfThemIsOver()
    {
        using var pool = new TestPool(Some.Account("a"));
        var account = pool["a"];
        var minute = TimeSpan.FromMinutes(1);
        for (var model = 0; model < 64; model++)
        {
            account.CooldownFor($"model-{model}", pool.Now)!.RateLimit(pool.Now + minute, "429", pool.Store.Epoch.Next());
        }

        Assert.Null(account.CooldownFor("one-more", pool.Now));
        Assert.Equal(Tier.Usable, account.StandingAt(pool.Now, "one-more").Tier);
        Assert.Same(account.Cooldown, account.CooldownFor(null, pool.Now));
        Assert.NotNull(account.Models.For(ModelClass.Of("claude-opus-4-1"), pool.Now));

        pool.Clock.Advance(minute);

        Assert.NotNull(account.CooldownFor("one-more", pool.Now));
    }

    [Fact]
    public void StandingAt_SwitchedOff_IsUnusableWhateverElse()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool["a"].SwitchedOff = "balance 0 is not above 0";

        Assert.Equal(Tier.Unusable, pool["a"].StandingAt(pool.Now, null).Tier);
        pool["a"].SwitchedOff = null;
        Assert.Equal(Standing.Usable, pool["a"].StandingAt(pool.Now, null));
    }

    [Fact]
    public void StandingAt_AccountAndUpstreamRest_EndsWithTheLater()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.RateLimit("a", TimeSpan.FromMinutes(5));
        pool["a"].Upstream.Cooldown.CoolDown(pool.Now, TimeSpan.FromMinutes(1), "refused", pool.Store.Epoch.Next(), isTransport: true);

        Assert.Equal(new Standing(Tier.CoolingDown, pool.Now + TimeSpan.FromMinutes(5), false), pool["a"].StandingAt(pool.Now, null));
    }

    [Fact]
    public async Task LastUsed_SourceKnowsALaterUse_IsTheLater()
    {
        using var pool = new TestPool(Some.Account("a"));
        Assert.Null(pool["a"].LastUsed);
        (await pool.LeaseAsync())!.Dispose();
        Assert.Equal(pool.Now, pool["a"].LastUsed);

        var later = pool.Now + TimeSpan.FromMinutes(1);
        pool.Pool.Update([Some.Account("a") with { Observed = new AccountObservation { LastUsed = later } }]);

        Assert.Equal(later, pool["a"].LastUsed);
    }

    [Fact]
    public void Update_OtherWeightAndUpstream_AreSeenThroughTheSameObject()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        var before = pool["a"];

        pool.Pool.Update([Some.Account("a", new Uri("http://127.0.0.1:10")) with { Weight = 7 }, Some.Account("b")]);

        Assert.Equal(7, before.Weight);
        Assert.Equal("http://127.0.0.1:10", before.Upstream.Key.Origin);
        Assert.NotSame(before.Upstream, pool["b"].Upstream);
    }
}
