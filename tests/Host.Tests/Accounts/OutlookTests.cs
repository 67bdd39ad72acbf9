using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class OutlookTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void OutlookFor_NoAccounts_KnowsNoTime()
    {
        using var pool = new TestPool();

        Assert.Equal(new Outlook(AllRateLimited: false, UsableAt: null, Accounts: 0), pool.Pool.OutlookFor(null));
    }

    [Fact]
    public void OutlookFor_AllRateLimited_NamesTheEarliestEnd()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.RateLimit("a", 3 * s_minute);
        pool.RateLimit("b", s_minute);

        Assert.Equal(new Outlook(true, pool.Now + s_minute, 2), pool.Pool.OutlookFor(null));
    }

    [Fact]
    public void OutlookFor_OneCoolsDown_IsNotAllRateLimited()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.RateLimit("a", 3 * s_minute);
        pool.CoolDown("b", 5 * s_minute);

        Assert.Equal(new Outlook(false, pool.Now + 3 * s_minute, 2), pool.Pool.OutlookFor(null));
    }

    [Fact]
    public void OutlookFor_OneIsUsable_IsNow()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.CoolDown("a", s_minute);

        Assert.Equal(new Outlook(false, pool.Now, 2), pool.Pool.OutlookFor(null));
    }

    [Fact]
    public void OutlookFor_ThoseThatCannotServeTheModelOrAreSwitchedOff_DoNotCount()
    {
        using var pool = new TestPool(
            Some.Account("a") with { Models = ["claude-haiku-*"] }, Some.Account("b"), Some.Account("c"));
        pool["b"].SwitchedOff = "no balance";
        pool.RateLimit("c", s_minute);

        Assert.Equal(new Outlook(true, pool.Now + s_minute, 1), pool.Pool.OutlookFor("claude-opus-4-1"));
    }
}
