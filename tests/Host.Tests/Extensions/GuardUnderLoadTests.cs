using System.Diagnostics;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Extensions;
using ClaudeProxy.Policies;

namespace ClaudeProxy.Tests.Extensions;

/// <summary>What the guard costs, and what a blocking extension costs everybody else. Runs alone, for both are measured.</summary>
[Collection(nameof(GuardUnderLoadTests))]
[CollectionDefinition(nameof(GuardUnderLoadTests), DisableParallelization = true)]
public sealed class GuardUnderLoadTests : IDisposable
{
    private const int Concurrent = 64;

    private static readonly AttemptOutcome s_outcome = new() { Status = 500 };
    private static readonly FailoverDecision s_builtIn = BuiltInFailoverPolicy.Instance.Decide(s_outcome);

    private readonly CallWatchdog _watchdog = new(TimeProvider.System);
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _watchdog.Dispose();

    [Fact]
    public async Task DecideAsync_Warm_AllocatesNothing()
    {
        const int Calls = 20_000;
        var decision = FailoverDecision.Respond();
        await using var guard = new GuardedFailoverPolicy("mine", new DelegatingFailoverPolicy(_ => decision), _watchdog, _logger);
        await CallAsync(guard, Calls);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await CallAsync(guard, Calls);
        var perCall = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Calls;

        Assert.True(perCall < 8, $"{perCall} bytes for each call");
        Assert.Empty(_logger.Messages);
    }

    [Fact]
    public async Task DecideAsync_PolicyBlocksEveryThread_StallsNobodyLongerThanItsTime()
    {
        ThreadPool.GetMinThreads(out var workers, out var others);
        var fastest = TimeSpan.MaxValue;
        try
        {
            ThreadPool.SetMinThreads(2, others);

            // The best of a few rounds: a busy machine makes a round slow, but no machine makes it fast. Left to itself, the pool
            // takes half a second to add one thread.
            for (var round = 0; round < 5 && fastest > TimeSpan.FromMilliseconds(250); round++)
            {
                var elapsed = await BlockedRoundAsync();
                fastest = elapsed < fastest ? elapsed : fastest;
            }

            ThreadPool.GetMinThreads(out var workersAfter, out _);
            Assert.Equal(2, workersAfter);
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, others);
        }

        Assert.InRange(fastest, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public void Add_ManyStuckThreads_LendsABoundedNumberAndTakesThemBack()
    {
        ThreadPool.GetMinThreads(out var before, out _);
        var bound = Math.Max(before, ThreadPool.ThreadCount) + 64;
        var replacements = new ThreadReplacements();

        for (var thread = 0; thread < 200; thread++)
        {
            replacements.Add();
        }

        ThreadPool.GetMinThreads(out var lent, out _);
        for (var thread = 0; thread < 200; thread++)
        {
            replacements.Remove();
        }

        ThreadPool.GetMinThreads(out var after, out _);
        Assert.InRange(lent, before + 64, bound + 8);
        Assert.Equal(before, after);
    }

    private async Task<TimeSpan> BlockedRoundAsync()
    {
        using var blocked = new ManualResetEventSlim();
        using var returned = new CountdownEvent(1);
        var blocking = new DelegatingFailoverPolicy(_ =>
        {
            returned.AddCount();
            blocked.Wait();
            returned.Signal();
            return FailoverDecision.Respond();
        });
        await using var stuck = new GuardedFailoverPolicy("stuck", blocking, _watchdog, _logger);
        await using var other = new GuardedFailoverPolicy(
            "other", new DelegatingFailoverPolicy(_ => FailoverDecision.NextAccount()), _watchdog, _logger);
        var clock = Stopwatch.StartNew();

        var stuckCalls = Enumerable.Range(0, Concurrent).Select(_ => stuck.DecideAsync(s_outcome).AsTask()).ToArray();
        var otherCalls = Enumerable.Range(0, Concurrent).Select(_ => other.DecideAsync(s_outcome).AsTask()).ToArray();
        var decisions = await Task.WhenAll(stuckCalls).WaitAsync(Patience.Limit);
        var otherDecisions = await Task.WhenAll(otherCalls).WaitAsync(Patience.Limit);
        var elapsed = clock.Elapsed;

        blocked.Set();
        returned.Signal();
        returned.Wait(Patience.Limit);
        Patience.Until(() => stuck.SetAsideReason == "took more than 50ms");
        Assert.All(decisions, decision => Assert.Equal(s_builtIn, decision));
        Assert.All(otherDecisions, decision => Assert.Equal(FailoverDecision.NextAccount(), decision));
        return elapsed;
    }

    private static async Task CallAsync(GuardedFailoverPolicy guard, int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            await guard.DecideAsync(s_outcome).ConfigureAwait(false);
        }
    }
}
