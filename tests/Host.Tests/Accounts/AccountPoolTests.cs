using ClaudeProxy.Abstractions;
using ClaudeProxy.Configuration;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class AccountPoolTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task LeaseAsync_NoAccounts_GivesNone()
    {
        using var pool = new TestPool();

        Assert.Null(await pool.LeaseAsync());
    }

    [Fact]
    public async Task LeaseAsync_UsableAccounts_ShowsTheBalancerAllOfThemInTheirOrder()
    {
        var seen = new SeenCandidates();
        using var pool = new TestPool(BalancingMode.LoadBalance, seen, Some.Account("c"), Some.Account("a"), Some.Account("b"));

        using var lease = await pool.LeaseAsync();

        Assert.Equal(["c", "a", "b"], seen.Last);
    }

    [Fact]
    public async Task LeaseAsync_BalancerDeclinesAll_GivesNone()
    {
        using var pool = new TestPool(BalancingMode.LoadBalance, new SeenCandidates { Declines = true }, Some.Account("a"));

        Assert.Null(await pool.LeaseAsync());
    }

    [Fact]
    public async Task LeaseAsync_SomeRest_ShowsTheBalancerOnlyTheUsable()
    {
        var seen = new SeenCandidates();
        using var pool = new TestPool(BalancingMode.LoadBalance, seen, Some.Account("a"), Some.Account("b"), Some.Account("c"), Some.Account("d"));
        pool.CoolDown("a", s_minute);
        pool.RateLimit("c", s_minute);

        using var lease = await pool.LeaseAsync();

        Assert.Equal(["b", "d"], seen.Last);
    }

    [Fact]
    public async Task LeaseAsync_Priorities_UsesTheSmallestGroupFirstAndZeroLast()
    {
        using var pool = new TestPool(
            Some.Account("a"), Some.Account("b") with { Priority = 2 }, Some.Account("c") with { Priority = 1 }, Some.Account("d") with { Priority = 2 });

        Assert.Equal("cbda", await pool.OrderAsync());
    }

    [Fact]
    public async Task LeaseAsync_BestGroupRests_NextGroupComesBeforeAnyLastResort()
    {
        using var pool = new TestPool(Some.Account("a") with { Priority = 1 }, Some.Account("b") with { Priority = 1 }, Some.Account("c"));
        pool.RateLimit("a", s_minute);
        pool.CoolDown("b", s_minute);

        Assert.Equal("cab", await pool.OrderAsync());
    }

    [Fact]
    public async Task LeaseAsync_FallbackMode_IsStrictOrderByPriorityThenWeightThenPlace()
    {
        var seen = new SeenCandidates();
        using var pool = new TestPool(
            BalancingMode.Fallback,
            seen,
            Some.Account("a"),
            Some.Account("b") with { Weight = 5 },
            Some.Account("c") with { Priority = 7 },
            Some.Account("d") with { Priority = 3 },
            Some.Account("e") with { Priority = 3 },
            Some.Account("f") with { Weight = 5 });

        Assert.Equal("decbfa", await pool.OrderAsync());
        Assert.Single(seen.Last);
    }

    [Fact]
    public async Task LeaseAsync_LimitOfConcurrencyReached_TakesAnotherAndThenNone()
    {
        using var pool = new TestPool(Some.Account("a") with { MaxConcurrency = 2 }, Some.Account("b") with { MaxConcurrency = 1 });

        using var first = await pool.LeaseAsync();
        using var second = await pool.LeaseAsync();
        using var third = await pool.LeaseAsync();

        Assert.Equal("aab", first!.Account.AccountId + second!.Account.AccountId + third!.Account.AccountId);
        Assert.Null(await pool.LeaseAsync());
        second.Dispose();
        using var fourth = await pool.LeaseAsync();
        Assert.Equal("a", fourth!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_SixtyFourThreads_NeverExceedTheLimitOfConcurrency()
    {
        using var pool = new TestPool(Some.Account("a") with { MaxConcurrency = 3 });
        var (held, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var lease = await pool.LeaseAsync();
                if (lease is not null)
                {
                    RaiseTo(ref most, Interlocked.Increment(ref held));
                    await Task.Yield();
                    Interlocked.Decrement(ref held);
                }
            }
        }))).InTime();

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, pool["a"].InFlight);
    }

    [Theory]
    [InlineData("claude-opus-4-1", "ac")]
    [InlineData("claude-sonnet-4-5", "bc")]
    [InlineData("Claude-Sonnet-4-5", "c")]
    [InlineData(null, "abc")]
    public async Task LeaseAsync_ModelsAreRestricted_OnlyThoseThatServeTheModelAreUsed(string? model, string expected)
    {
        using var pool = new TestPool(
            Some.Account("a") with { Models = ["claude-opus-*"] },
            Some.Account("b") with { Models = ["claude-haiku-4-5", "claude-sonnet-*"] },
            Some.Account("c"));

        Assert.Equal(expected, await pool.OrderAsync(model));
    }

    [Fact]
    public async Task LeaseAsync_RestForOneModel_LeavesTheOthersUsable()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool["a"].CooldownFor("claude-opus-4-1", pool.Now)!.RateLimit(pool.Now + s_minute, "429", pool.Store.Epoch.Next());

        Assert.Equal("ba", await pool.OrderAsync("claude-opus-4-1"));
        Assert.Equal("ab", await pool.OrderAsync("claude-sonnet-4-5"));
        Assert.Equal("ab", await pool.OrderAsync(model: null));
    }

    [Fact]
    public async Task Update_AccountLeavesAndReturns_IsTheSameAccountUntilItIsForgotten()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        pool.CoolDown("a", s_minute);
        var before = pool["a"];

        pool.Pool.Update([Some.Account("b")]);
        Assert.Equal("b", await pool.OrderAsync());
        pool.Pool.Update([Some.Account("b"), Some.Account("a")]);
        Assert.Same(before, pool["a"]);
        Assert.Equal("ba", await pool.OrderAsync());

        pool.Pool.Update([Some.Account("b")]);
        pool.Store.Keep(pool.Pool.Accounts);
        pool.Pool.Update([Some.Account("a"), Some.Account("b")]);
        Assert.NotSame(before, pool["a"]);
        Assert.Equal("ab", await pool.OrderAsync());
    }

    private static void RaiseTo(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    /// <summary>Notes the candidates, and takes the first.</summary>
    private sealed class SeenCandidates : ILoadBalancer
    {
        public string[] Last { get; private set; } = [];

        public bool Declines { get; init; }

        public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
        {
            Last = [.. candidates.Select(candidate => candidate.AccountId)];
            return Declines ? null : candidates[0];
        }
    }
}
