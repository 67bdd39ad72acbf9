using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class TriedAccountsTests
{
    [Fact]
    public void Contains_NothingTried_IsFalse()
    {
        using var pool = new TestPool(Some.Account("a"));

        Assert.False(new TriedAccounts().Contains(pool["a"]));
    }

    [Fact]
    public void Contains_AccountWasTried_IsTrueForThatAccountAlone()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        var tried = new TriedAccounts();

        tried.Add(pool["a"]);

        Assert.True(tried.Contains(pool["a"]));
        Assert.False(tried.Contains(pool["b"]));
        Assert.Equal(1, tried.Count);
    }

    [Fact]
    public void Contains_UpstreamUnreachedTwice_IsTrueForEveryAccountBehindItAndNoOther()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b", new Uri("http://127.0.0.1:10")));
        var tried = new TriedAccounts();

        tried.AddUnreached(pool["a"].Upstream);
        Assert.False(tried.Contains(pool["a"]));
        tried.AddUnreached(pool["a"].Upstream);

        Assert.True(tried.Contains(pool["a"]));
        Assert.False(tried.Contains(pool["b"]));
    }
}
