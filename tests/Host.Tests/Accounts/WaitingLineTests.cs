using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>How requests wait for accounts that serve as many as they may.</summary>
public sealed class WaitingLineTests : IDisposable
{
    private const string Opus = "claude-opus-4-1";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private TestPool? _pool;

    [Fact]
    public async Task EveryAccountIsFull_RequestGetsTheRoomOfTheNextLeaseThatEnds()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 }, Some.Account("b") with { MaxConcurrency = 1 });
        var (a, b) = (await pool.LeaseAsync(), await pool.LeaseAsync());

        var waiting = pool.LookAsync(Request("waits"));
        Assert.False(waiting.IsCompleted);
        b!.Dispose();

        Assert.Equal("b", (await waiting).Lease!.Account.AccountId);
        Assert.Equal((0, 1, 1), (pool.Store.Line.Count, pool["a"].InFlight, pool["b"].InFlight));
        a!.Dispose();
        Assert.Equal(0, pool["a"].InFlight);
    }

    [Fact]
    public async Task RoomIsHandedOver_WhoComesLaterCannotTakeIt()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 });
        var held = await pool.LeaseAsync();
        var first = pool.LookAsync(Request("first"));

        held!.Dispose();
        var later = pool.LookAsync(Request("later"));

        Assert.NotNull((await first).Lease);
        Assert.False(later.IsCompleted);
        (await first).Lease!.Dispose();
        Assert.NotNull((await later).Lease);
    }

    [Fact]
    public async Task SeveralClientsAndSessions_TakeTurns()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 });
        var held = await pool.LeaseAsync();
        string[] arrivals = ["A/1/a", "A/1/b", "A/1/c", "A/2/d", "A/2/e", "B/1/f", "B/1/g", "//h"];
        var waiting = arrivals.ToDictionary(name => name, name => pool.LookAsync(Request(name)));

        var served = new List<string>();
        while (waiting.Count > 0)
        {
            held!.Dispose();
            await Task.WhenAny(waiting.Values).InTime();
            var (name, result) = waiting.Single(entry => entry.Value.IsCompleted);
            waiting.Remove(name);
            served.Add(name);
            held = (await result).Lease;
        }

        Assert.Equal(["A/1/a", "B/1/f", "//h", "A/2/d", "B/1/g", "A/1/b", "A/2/e", "A/1/c"], served);
    }

    [Fact]
    public async Task QueueIsFull_IsRefusedAtOnceAndToldWhenToComeAgain()
    {
        var pool = Pool(new QueueOptions { Length = 3 }, Some.Account("a") with { MaxConcurrency = 1 });
        for (var i = 0; i < 20; i++)
        {
            (await pool.LeaseAsync())!.Dispose();
            pool.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        using var held = await pool.LeaseAsync();
        var waiting = Enumerable.Range(0, 3).Select(_ => pool.LookAsync(Request("A/1/x"))).ToList();
        var refused = await pool.LookAsync(Request("A/1/y"));

        Assert.Equal((LeaseRefusal.QueueFull, TimeSpan.FromSeconds(8)), (refused.Refusal, refused.RetryAfter));
        Assert.Equal((3, 1L), (pool.Store.Line.Count, pool.Store.Line.Refused));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
    }

    [Fact]
    public async Task OneClientFillsTheQueue_ItsNewestMakesRoomForAnotherClient()
    {
        var pool = Pool(new QueueOptions { Length = 2 }, Some.Account("a") with { MaxConcurrency = 1 });
        var held = await pool.LeaseAsync();
        var (older, newer) = (pool.LookAsync(Request("A/1/older")), pool.LookAsync(Request("A/2/newer")));

        var other = pool.LookAsync(Request("B/1/other"));

        Assert.Equal(LeaseRefusal.QueueFull, (await newer).Refusal);
        Assert.Equal(LeaseRefusal.QueueFull, (await pool.LookAsync(Request("A/1/again"))).Refusal);
        held!.Dispose();
        (await older).Lease!.Dispose();
        Assert.NotNull((await other).Lease);
    }

    [Fact]
    public async Task NoRoomWithinTheTimeout_IsRefused()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 });
        using var held = await pool.LeaseAsync();
        var waiting = pool.LookAsync(Request("waits"));

        pool.Clock.Advance(s_timeout - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        pool.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(LeaseRefusal.QueueTimeout, (await waiting).Refusal);
        Assert.Equal((0, 1L, 0), (pool.Store.Line.Count, pool.Store.Line.TimedOut, pool.Clock.PendingTimers));
    }

    [Fact]
    public async Task ClientLeaves_ItsPlaceIsGivenUp()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 });
        var held = await pool.LeaseAsync();
        using var leaves = new CancellationTokenSource();
        var waiting = pool.LookAsync(Request("leaves"), cancellationToken: leaves.Token);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held!.Dispose();
        Assert.Equal((0, 0, 0), (pool.Store.Line.Count, pool["a"].InFlight, pool.Clock.PendingTimers));
    }

    [Fact]
    public async Task RoomDoesNotFitWhoseTurnItIs_GoesToTheNextWhomItFits()
    {
        var pool = Pool(
            Some.Account("a") with { MaxConcurrency = 1, Models = ["claude-opus-*"] },
            Some.Account("b") with { MaxConcurrency = 1, Models = ["claude-sonnet-*"] });
        var (a, b) = (await pool.LeaseAsync(model: Opus), await pool.LeaseAsync());
        var tried = new TriedAccounts();
        tried.Add(pool["b"]);
        Assert.Equal(LeaseRefusal.NobodyUsable, (await pool.LookAsync(Request("1"), tried)).Refusal);
        var opus = pool.LookAsync(Request("2") with { Model = Opus });
        var sonnet = pool.LookAsync(Request("3"));

        b!.Dispose();

        Assert.Equal("b", (await sonnet).Lease!.Account.AccountId);
        Assert.False(opus.IsCompleted);
        a!.Dispose();
        Assert.Equal("a", (await opus).Lease!.Account.AccountId);
    }

    [Fact]
    public async Task RestOfAnotherAccountIsOver_IsUsedAtOnce()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 }, Some.Account("b"));
        using var held = await pool.LeaseAsync();
        pool.CoolDown("b", TimeSpan.FromSeconds(5));
        var waiting = pool.LookAsync(Request("waits"));

        pool.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("b", (await waiting).Lease!.Account.AccountId);
    }

    [Fact]
    public async Task AccountIsAddedOrEnabled_IsUsedAtOnce()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 }, Some.Account("b") with { MaxConcurrency = 1 });
        pool["b"].Disable("by hand");
        using var held = await pool.LeaseAsync();
        var (first, second) = (pool.LookAsync(Request("1")), pool.LookAsync(Request("2")));

        pool["b"].Enable();
        Assert.Equal("b", (await first).Lease!.Account.AccountId);
        Assert.False(second.IsCompleted);
        pool.Pool.Update([Some.Account("a") with { MaxConcurrency = 2 }, Some.Account("b") with { MaxConcurrency = 1 }]);

        Assert.Equal("a", (await second).Lease!.Account.AccountId);
    }

    [Fact]
    public async Task LimitIsLowered_NoRoomIsHandedOverAboveIt()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 2 });
        var (first, second) = (await pool.LeaseAsync(), await pool.LeaseAsync());
        pool.Pool.Update([Some.Account("a") with { MaxConcurrency = 1 }]);
        var waiting = pool.LookAsync(Request("waits"));

        first!.Dispose();
        Assert.False(waiting.IsCompleted);
        second!.Dispose();

        Assert.NotNull((await waiting).Lease);
        Assert.Equal(1, pool["a"].InFlight);
    }

    [Fact]
    public async Task LastUsableAccountFails_NobodyWaitsForItAnyMore()
    {
        // Who waits looks again while the account is being left.
        for (var i = 0; i < 100; i++)
        {
            var pool = Pool(Some.Account("a") with { MaxConcurrency = 1 });
            var held = await pool.LeaseAsync();
            var waiting = pool.LookAsync(Request("waits"));

            pool.CoolDown("a", TimeSpan.FromMinutes(10));
            held!.Dispose();

            Assert.True((await waiting).Lease?.IsLastResort);
        }
    }

    [Fact]
    public async Task SixtyFourThreads_EverybodyIsServedAndTheLimitHolds()
    {
        var pool = Pool(Some.Account("a") with { MaxConcurrency = 2 }, Some.Account("b") with { MaxConcurrency = 1 });
        var (held, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var lease = (await pool.LookAsync(Request($"{thread % 5}/{thread}/x"))).Lease!;
                InterlockedMax(ref most, Interlocked.Increment(ref held));
                await Task.Yield();
                Interlocked.Decrement(ref held);
            }
        }))).InTime();

        Assert.InRange(most, 1, 3);
        Assert.Equal((0, 0, 0), (pool["a"].InFlight, pool["b"].InFlight, pool.Store.Line.Count));
    }

    public void Dispose() => _pool?.Dispose();

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private TestPool Pool(params Account[] accounts) => Pool(new QueueOptions { Timeout = s_timeout }, accounts);

    private TestPool Pool(QueueOptions queue, params Account[] accounts) => _pool = new TestPool(new PoolOptions { Queue = queue }, new TestPool.First(), accounts);

    /// <summary>A request named by client, session and a name of its own.</summary>
    private static RequestFacts Request(string name) => name.Split('/') is [var client, var session, _]
        ? Some.Request("claude-sonnet-4-5", session.Length == 0 ? null : session) with { Client = client.Length == 0 ? null : client }
        : Some.Request("claude-sonnet-4-5");
}
