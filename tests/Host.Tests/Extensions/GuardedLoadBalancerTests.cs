using ClaudeProxy.Abstractions;
using ClaudeProxy.Extensions;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Extensions;

public sealed class GuardedLoadBalancerTests : IDisposable
{
    private static readonly RequestFacts s_request = new() { RequestId = "r", Method = "POST", Path = "/v1/messages" };
    private static readonly Candidate s_busy = new("busy") { InFlight = 5 };
    private static readonly Candidate s_idle = new("idle");
    private static readonly Candidate[] s_candidates = [s_busy, s_idle];

    private readonly ManualTimeProvider _time = new();
    private readonly CallWatchdog _watchdog;
    private readonly RecordingLogger _logger = new();
    private readonly ManualResetEventSlim _blocked = new();

    public GuardedLoadBalancerTests() => _watchdog = new CallWatchdog(_time);

    public void Dispose()
    {
        _blocked.Set();
        _watchdog.Dispose();
    }

    [Fact]
    public async Task PickAsync_BalancerPicks_ItsPickStands()
    {
        await using var guard = Guard(new(candidates => candidates[0]));

        Assert.Same(s_busy, await guard.PickAsync(s_request, s_candidates).Soon());
    }

    [Fact]
    public async Task PickAsync_BalancerDeclines_IsPassedOn()
    {
        await using var guard = Guard(new(_ => null));

        Assert.Null(await guard.PickAsync(s_request, s_candidates).Soon());
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public async Task PickAsync_ThrowsThreeTimesInARow_IsSetAside()
    {
        var balancer = new DelegatingLoadBalancer(_ => throw new InvalidOperationException("boom"));
        await using var guard = Guard(balancer);

        for (var request = 0; request < 5; request++)
        {
            Assert.Same(s_idle, await guard.PickAsync(s_request, s_candidates).Soon());
        }

        Assert.Equal(3, balancer.Calls);
        Assert.StartsWith(
            "failed 3 times in a row, in the end because it threw InvalidOperationException (boom)",
            guard.SetAsideReason,
            StringComparison.Ordinal);
        Assert.Equal(
            [(LogLevel.Warning, "ExtensionFailed"), (LogLevel.Error, "ExtensionSetAside")],
            _logger.Entries.Select(entry => (entry.Level, entry.EventName)));
        Assert.All(_logger.Messages, message => Assert.StartsWith("Load balancer 'mine' ", message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PickAsync_SuccessBetweenFailures_KeepsItInUse()
    {
        var calls = 0;
        await using var guard = Guard(new(candidates => ++calls % 3 == 0 ? candidates[0] : throw new InvalidOperationException()));

        for (var request = 0; request < 9; request++)
        {
            await guard.PickAsync(s_request, s_candidates).Soon();
        }

        Assert.Equal(9, calls);
        Assert.Null(guard.SetAsideReason);
    }

    [Fact]
    public async Task PickAsync_FailuresInFlightTogether_CountOnce()
    {
        using var together = new Barrier(participantCount: 5);
        await using var guard = Guard(new(_ =>
        {
            together.SignalAndWait();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            throw new InvalidOperationException();
        }));
        ThreadPool.GetMinThreads(out var workers, out var others);
        ThreadPool.SetMinThreads(workers + 5, others);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => guard.PickAsync(s_request, s_candidates).Soon()));
        ThreadPool.SetMinThreads(workers, others);

        Assert.Null(guard.SetAsideReason);
    }

    [Fact]
    public async Task PickAsync_PicksAStranger_IsAFailure()
    {
        await using var guard = Guard(new(_ => new Candidate("idle")));

        Assert.Same(s_idle, await guard.PickAsync(s_request, s_candidates).Soon());
        Assert.Contains("picked an account that is not among the candidates", Assert.Single(_logger.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PickAsync_CallIsStuck_OthersAreServedAtOnceUntilItReturns()
    {
        var balancer = new DelegatingLoadBalancer(candidates =>
        {
            _blocked.Wait();
            return candidates[0];
        });
        await using var guard = Guard(balancer);
        var stuck = guard.PickAsync(s_request, s_candidates).Soon();
        Patience.Until(() => balancer.Calls == 1);
        _time.Advance(TimeSpan.FromMilliseconds(50));

        Assert.Same(s_idle, await stuck);
        Assert.Equal("took more than 50ms and has not returned yet", guard.SetAsideReason);
        var next = guard.PickAsync(s_request, s_candidates);
        Assert.True(next.IsCompletedSuccessfully);
        Assert.Same(s_idle, await next);
        Assert.Equal(1, balancer.Calls);

        _blocked.Set();
        Patience.Until(() => guard.SetAsideReason is null);
        Assert.Same(s_busy, await guard.PickAsync(s_request, s_candidates).Soon());
    }

    private GuardedLoadBalancer Guard(DelegatingLoadBalancer balancer) => new("mine", balancer, _watchdog, _logger);
}
