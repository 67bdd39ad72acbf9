using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>Requests that wait for the account that has their conversation in cache.</summary>
public sealed class CachePatienceTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task LeaseAsync_CacheRestsForSeconds_WaitsAndIsServedThere()
    {
        var balancer = new Patient(10 * s_second);
        using var pool = Pool(balancer);
        pool.RateLimit("a", 5 * s_second);

        var result = pool.LookAsync(CachedBy("a"));
        await AdvanceAsync(pool, result, 6 * s_second);

        using var lease = (await result).Lease;
        Assert.Equal("a", lease!.Account.AccountId);
        Assert.InRange(lease.WaitedForCache, 5 * s_second, 5.2 * s_second);
        Assert.Equal([5 * s_second], balancer.Questions);
    }

    [Fact]
    public async Task LeaseAsync_CacheIsNotBackInTime_GoesOnElsewhere()
    {
        using var pool = Pool(new Patient(2 * s_second));
        pool.RateLimit("a", 60 * s_second);

        var result = pool.LookAsync(CachedBy("a"));
        await AdvanceAsync(pool, result, 3 * s_second);

        using var lease = (await result).Lease;
        Assert.Equal(("b", 2 * s_second), (lease!.Account.AccountId, lease.WaitedForCache));
    }

    [Fact]
    public async Task LeaseAsync_BalancerHasNoPatience_GoesOnAtOnce()
    {
        using var pool = Pool(new Patient(TimeSpan.Zero));
        pool.RateLimit("a", 5 * s_second);

        using var lease = (await pool.LookAsync(CachedBy("a"))).Lease;

        Assert.Equal(("b", TimeSpan.Zero), (lease!.Account.AccountId, lease.WaitedForCache));
    }

    [Fact]
    public async Task LeaseAsync_LessIsLeftToWaitThanATimerCanTell_GoesOnElsewhere()
    {
        using var pool = Pool(new Patient(TimeSpan.FromMilliseconds(100.5)));
        pool.RateLimit("a", 5 * s_second);

        var result = pool.LookAsync(CachedBy("a"));
        await AdvanceAsync(pool, result, s_second);

        using var lease = (await result).Lease;
        Assert.Equal("b", lease!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_BalancerWouldWaitForEver_GoesOnAfterThirtySeconds()
    {
        using var pool = Pool(new Patient(TimeSpan.FromDays(1)));
        pool.RateLimit("a", TimeSpan.FromHours(1));

        var result = pool.LookAsync(CachedBy("a"));
        await AdvanceAsync(pool, result, 31 * s_second);

        using var lease = (await result).Lease;
        Assert.Equal(("b", 30 * s_second), (lease!.Account.AccountId, lease.WaitedForCache));
    }

    [Fact]
    public async Task LeaseAsync_CacheExpiresMeanwhile_GoesOnElsewhere()
    {
        using var pool = Pool(new Patient(20 * s_second));
        pool.RateLimit("a", 15 * s_second);
        var request = CachedBy("a") with { Cached = new CachedPrompt("a", "a", 100_000, pool.Now + (3 * s_second)) };

        var result = pool.LookAsync(request);
        await AdvanceAsync(pool, result, 4 * s_second);

        using var lease = (await result).Lease;
        Assert.Equal("b", lease!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_CacheIsBackEarly_StopsWaiting()
    {
        using var pool = Pool(new Patient(20 * s_second));
        pool.RateLimit("a", 15 * s_second);

        var result = pool.LookAsync(CachedBy("a"));
        await Eventually.HoldsAsync(() => pool.Pool.Patient == 1);
        pool["a"].Reset();
        await AdvanceAsync(pool, result, s_second);

        using var lease = (await result).Lease;
        Assert.Equal("a", lease!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_SiblingReadsTheCache_NobodyWaits()
    {
        var balancer = new Patient(20 * s_second);
        using var pool = Pool(balancer);
        pool["a"].Record.Answered("wrkspc_1", null);
        pool["b"].Record.Answered("wrkspc_1", null);
        pool.RateLimit("a", 15 * s_second);
        var request = CachedBy("a") with { Cached = new CachedPrompt("wrkspc_1", "a", 100_000, DateTimeOffset.MaxValue) };

        using var lease = (await pool.LookAsync(request)).Lease;

        Assert.Equal("b", lease!.Account.AccountId);
        Assert.Empty(balancer.Questions);
    }

    [Fact]
    public async Task LeaseAsync_AccountIsOnlyFull_BalancerIsToldThatNobodyKnowsWhen()
    {
        var balancer = new Patient(TimeSpan.Zero);
        using var pool = new TestPool(new PoolOptions(), balancer, Some.Account("a") with { MaxConcurrency = 1 }, Some.Account("b"));
        using var first = await pool.LeaseAsync();

        using var lease = (await pool.LookAsync(CachedBy("a"))).Lease;

        Assert.Equal("b", lease!.Account.AccountId);
        Assert.Equal([null], balancer.Questions);
    }

    [Fact]
    public async Task LeaseAsync_AnotherRequestTriesTheAccountFirst_WaitsForHowThatEnds()
    {
        var balancer = new Patient(5 * s_second);
        using var pool = Pool(balancer);
        pool.CoolDown("a", s_second);
        pool.Clock.Advance(2 * s_second);
        using var probe = await pool.LeaseAsync();
        Assert.Equal("a", probe!.Account.AccountId);

        var result = pool.LookAsync(CachedBy("a"));
        await Eventually.HoldsAsync(() => pool.Pool.Patient == 1);
        probe.Succeed();
        await AdvanceAsync(pool, result, s_second);

        using var lease = (await result).Lease;
        Assert.Equal("a", lease!.Account.AccountId);
        Assert.Equal([TimeSpan.Zero], balancer.Questions);
    }

    [Fact]
    public async Task LeaseAsync_ClientLeavesMeanwhile_NobodyWaitsAnyMore()
    {
        using var pool = Pool(new Patient(20 * s_second));
        using var leaving = new CancellationTokenSource();
        pool.RateLimit("a", 15 * s_second);

        var result = pool.LookAsync(CachedBy("a"), cancellationToken: leaving.Token);
        await Eventually.HoldsAsync(() => pool.Pool.Patient == 1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
        Assert.Equal((0, 0), (pool.Pool.Patient, pool["b"].InFlight));
    }

    [Fact]
    public async Task LeaseAsync_TooManyWait_GoesOnAtOnce()
    {
        using var pool = new TestPool(new PoolOptions { MaxHeld = 1 }, new Patient(20 * s_second), Some.Account("a"), Some.Account("b"));
        pool.RateLimit("a", 15 * s_second);
        var first = pool.LookAsync(CachedBy("a"));
        await Eventually.HoldsAsync(() => pool.Pool.Patient == 1);

        using var second = (await pool.LookAsync(CachedBy("a"))).Lease;

        Assert.Equal("b", second!.Account.AccountId);
        Assert.False(first.IsCompleted);
        await AdvanceAsync(pool, first, 16 * s_second);
        (await first).Lease!.Dispose();
    }

    [Fact]
    public async Task LeaseAsync_FirstAttemptHasFailed_BalancerIsNotAsked()
    {
        var balancer = new Patient(20 * s_second);
        using var pool = Pool(balancer);
        var tried = new TriedAccounts();
        tried.Add(pool["a"]);

        using var lease = (await pool.LookAsync(CachedBy("a") with { Attempt = 2 }, tried)).Lease;

        Assert.Equal("b", lease!.Account.AccountId);
        Assert.Empty(balancer.Questions);
    }

    [Fact]
    public async Task LeaseAsync_OnlyAWorsePriorityHasItInCache_BalancerKnowsOfNobody()
    {
        var balancer = new Patient(20 * s_second);
        using var pool = new TestPool(new PoolOptions(), balancer, Some.Account("a") with { Priority = 2 }, Some.Account("b") with { Priority = 1 });
        pool.RateLimit("a", 5 * s_second);

        var result = pool.LookAsync(CachedBy("a"));
        await AdvanceAsync(pool, result, 21 * s_second);

        using var lease = (await result).Lease;
        Assert.Equal("b", lease!.Account.AccountId);
        Assert.Equal([null], balancer.Questions);
    }

    [Fact]
    public async Task LeaseAsync_BalancerFails_NobodyWaits()
    {
        using var pool = Pool(new Patient(TimeSpan.Zero) { Fails = true });
        pool.RateLimit("a", 5 * s_second);

        using var lease = (await pool.LookAsync(CachedBy("a"))).Lease;

        Assert.Equal("b", lease!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_LittleIsLeftOfItsLimits_ServesWhatItHasInCacheAndNothingNew()
    {
        using var pool = Pool(new Patient(TimeSpan.Zero));
        using (var first = await pool.LeaseAsync())
        {
            pool.Pool.NoteAnswer(first!, null, null, new RateLimits { Requests = new RateLimit(100, 9, TimeSpan.FromMinutes(1)) });
        }

        using var other = await pool.LeaseAsync();
        using var cached = (await pool.LookAsync(CachedBy("a"))).Lease;

        Assert.Equal(("b", "a"), (other!.Account.AccountId, cached!.Account.AccountId));
    }

    [Fact]
    public async Task LeaseAsync_AccountRecovers_ServesWhatItHasInCacheFromTheStart()
    {
        using var pool = Pool(new Patient(TimeSpan.Zero));
        pool.CoolDown("a", s_second);
        pool.Clock.Advance(2 * s_second);
        using (var probe = await pool.LeaseAsync())
        {
            probe!.Succeed();
        }

        for (var i = 0; i < 5; i++)
        {
            using var lease = (await pool.LookAsync(CachedBy("a"))).Lease;

            Assert.Equal("a", lease!.Account.AccountId);
        }
    }

    private static TestPool Pool(ILoadBalancer balancer) => new(
        new PoolOptions { Queue = new QueueOptions { Length = 0 } }, balancer, Some.Account("a"), Some.Account("b"));

    private static RequestFacts CachedBy(string account) =>
        Some.Request() with { Conversation = 1, Cached = new CachedPrompt(account, account, 100_000, DateTimeOffset.MaxValue) };

    /// <summary>Moves the clock as often as somebody waits for it, for at most <paramref name="most"/>.</summary>
    private static async Task AdvanceAsync(TestPool pool, Task task, TimeSpan most)
    {
        var end = pool.Now + most;
        await pool.Clock.AdvanceUntilAsync(task, TimeSpan.FromMilliseconds(50));
        Assert.True(pool.Now <= end, $"Waited until {pool.Now}, not {end}.");
    }

    /// <summary>Takes the first candidate; waits as long as it is told.</summary>
    private sealed class Patient(TimeSpan patience) : IPatientLoadBalancer
    {
        public List<TimeSpan?> Questions { get; } = [];

        public bool Fails { get; init; }

        public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => candidates[0];

        public TimeSpan PatienceFor(RequestFacts request, TimeSpan? usableIn)
        {
            Questions.Add(usableIn);
            return Fails ? throw new InvalidOperationException("No patience.") : patience;
        }
    }
}
