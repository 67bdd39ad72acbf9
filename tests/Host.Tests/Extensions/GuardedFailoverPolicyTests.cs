using ClaudeProxy.Abstractions;
using ClaudeProxy.Extensions;
using ClaudeProxy.Policies;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Extensions;

public sealed class GuardedFailoverPolicyTests : IDisposable
{
    private static readonly AttemptOutcome s_serverError = new() { Status = 500 };
    private static readonly FailoverDecision s_builtIn = BuiltInFailoverPolicy.Instance.Decide(s_serverError);
    private static readonly FailoverDecision s_own = FailoverDecision.SameAccount(TimeSpan.FromSeconds(9));

    private readonly ManualTimeProvider _time = new();
    private readonly CallWatchdog _watchdog;
    private readonly RecordingLogger _logger = new();
    private readonly ManualResetEventSlim _blocked = new();

    public GuardedFailoverPolicyTests() => _watchdog = new CallWatchdog(_time);

    public void Dispose()
    {
        _blocked.Set();
        _watchdog.Dispose();
    }

    [Fact]
    public async Task DecideAsync_PolicyDecides_ItsDecisionStands()
    {
        await using var guard = Guard(new(_ => s_own));

        Assert.Equal(s_own, await guard.DecideAsync(s_serverError).Soon());
        Assert.Null(guard.SetAsideReason);
        Assert.Equal("mine", guard.Name);
    }

    [Fact]
    public async Task DecideAsync_CallersThread_IsNeverThePolicys()
    {
        var policyThread = 0;
        await using var guard = Guard(new(_ =>
        {
            policyThread = Environment.CurrentManagedThreadId;
            return s_own;
        }));
        var decided = new TaskCompletionSource<FailoverDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
        var caller = new Thread(() => decided.SetResult(guard.DecideAsync(s_serverError).AsTask().GetAwaiter().GetResult()));

        caller.Start();
        await decided.Task.WaitAsync(Patience.Limit);

        Assert.NotEqual(0, policyThread);
        Assert.NotEqual(caller.ManagedThreadId, policyThread);
    }

    [Fact]
    public async Task DecideAsync_BuiltInRules_AreAskedWithoutAHop()
    {
        await using var guard = new GuardedFailoverPolicy("built_in", BuiltInFailoverPolicy.Instance, _watchdog, _logger);

        var decision = guard.DecideAsync(s_serverError);

        Assert.True(decision.IsCompletedSuccessfully);
        Assert.Equal(s_builtIn, await decision);
    }

    [Fact]
    public async Task DecideAsync_PolicyThrows_BuiltInRulesDecideThisRequestAndOneSentenceSaysSo()
    {
        await using var guard = Guard(new(outcome => outcome.Attempt < 5 ? throw new InvalidOperationException("no\nmore") : s_own));

        for (var attempt = 1; attempt < 5; attempt++)
        {
            Assert.Equal(s_builtIn, await guard.DecideAsync(s_serverError with { Attempt = attempt }).Soon());
        }

        Assert.Equal(s_own, await guard.DecideAsync(s_serverError with { Attempt = 5 }).Soon());
        Assert.Null(guard.SetAsideReason);
        var (level, eventName, message) = Assert.Single(_logger.Entries);
        Assert.Equal((LogLevel.Warning, "ExtensionFailed"), (level, eventName));
        Assert.StartsWith("Policy 'mine' threw InvalidOperationException (no more) at ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecideAsync_PolicyReturnsNull_BuiltInRulesDecide()
    {
        await using var guard = Guard(new(_ => null!));

        Assert.Equal(s_builtIn, await guard.DecideAsync(s_serverError).Soon());
        Assert.Contains("Policy 'mine' returned no decision", Assert.Single(_logger.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecideAsync_EachFailureWordedDifferently_ReportsABoundedNumber()
    {
        await using var guard = Guard(new(outcome => throw new InvalidOperationException($"{outcome.Attempt}")));

        for (var attempt = 1; attempt <= 40; attempt++)
        {
            await guard.DecideAsync(s_serverError with { Attempt = attempt }).Soon();
        }

        Assert.Equal(16, _logger.Entries.Count());
    }

    [Fact]
    public async Task DecideAsync_PolicyOverruns_IsSetAsideAtOnce()
    {
        var policy = Blocking();
        await using var guard = Guard(policy);

        var decision = await OverrunAsync(guard, policy);
        _blocked.Set();
        Patience.Until(() => guard.SetAsideReason == "took more than 50ms");
        var next = guard.DecideAsync(s_serverError);

        Assert.Equal(s_builtIn, decision);
        Assert.True(next.IsCompletedSuccessfully);
        Assert.Equal(s_builtIn, await next);
        Assert.Equal(1, policy.Calls);
        var (level, eventName, message) = Assert.Single(_logger.Entries);
        Assert.Equal((LogLevel.Error, "ExtensionSetAside"), (level, eventName));
        Assert.Equal(
            "Policy 'mine' took more than 50ms; the built-in choice stands in for it until it or its configuration changes", message);
    }

    [Fact]
    public async Task DecideAsync_WholeProcessStoodStill_BlamesNobody()
    {
        // The clock jumps within the call, but the watchdog had no turn meanwhile.
        await using var guard = Guard(new(_ =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return s_own;
        }));

        Assert.Equal(s_own, await guard.DecideAsync(s_serverError).Soon());
        Assert.Null(guard.SetAsideReason);
    }

    [Fact]
    public async Task DecideAsync_WatchdogWasAsleep_StillTellsAnOverrun()
    {
        Patience.Until(() => _watchdog.IsAsleep);
        var policy = Blocking();
        await using var guard = Guard(policy);

        Assert.Equal(s_builtIn, await OverrunAsync(guard, policy));
    }

    [Fact]
    public async Task DisposeAsync_CallIsStuck_DisposesThePolicyWhenItReturns()
    {
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var policy = Blocking(disposed.SetResult);
        var guard = Guard(policy);
        await OverrunAsync(guard, policy);

        await guard.DisposeAsync();
        var disposedTooEarly = disposed.Task.IsCompleted;
        _blocked.Set();
        await disposed.Soon();

        Assert.False(disposedTooEarly);
    }

    [Fact]
    public async Task DisposeAsync_PolicyThrows_IsOneSentence()
    {
        await Guard(new(_ => s_own, () => throw new IOException("busy"))).DisposeAsync();

        Assert.StartsWith(
            "Policy 'mine' could not be disposed: IOException (busy)", Assert.Single(_logger.Messages), StringComparison.Ordinal);
    }

    private GuardedFailoverPolicy Guard(DelegatingFailoverPolicy policy) => new("mine", policy, _watchdog, _logger);

    private DelegatingFailoverPolicy Blocking(Action? dispose = null) => new(
        _ =>
        {
            _blocked.Wait();
            return s_own;
        },
        dispose);

    private async Task<FailoverDecision> OverrunAsync(GuardedFailoverPolicy guard, DelegatingFailoverPolicy policy)
    {
        var decision = guard.DecideAsync(s_serverError).Soon();
        Patience.Until(() => policy.Calls == 1);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        return await decision;
    }
}
