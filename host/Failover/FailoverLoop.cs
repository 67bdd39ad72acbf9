using System.Runtime.CompilerServices;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Failover;

/// <summary>Gets one request served: leases an account, sends, judges, and goes on to the next account, the same one, or the client.
/// Owns the limits; the policy owns the judgement. Thread-safe.</summary>
internal sealed class FailoverLoop(
    ProxyOptions options,
    AccountPool pool,
    GuardedLoadBalancer balancer,
    Judge judge,
    Hedge hedge,
    Forwarder forwarder,
    RetryBudget budget,
    WaitingRoom waitingRoom,
    OwnAnswers answers,
    TimeProvider timeProvider,
    Random random,
    ILogger<FailoverLoop> logger)
{
    /// <summary>A policy that never stops asking for the same account is stopped here.</summary>
    private const int MostRepeats = 5;

    /// <summary>An overload is everyone's: what two accounts say of it, a third will not change.</summary>
    private const int EnoughOverloaded = 2;

    /// <summary>Everything that can still fail over happens in here; what is returned is on its way to the client.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FailoverResult> RunAsync(ForwardedRequest request, long receivedAt, RequestTrace trace, CancellationToken clientLeft)
    {
        budget.CountRequest();
        await using var progress = new Progress(request, trace, receivedAt, clientLeft);
        do
        {
            while (MayTryAgain(progress) && await LeaseAsync(progress).ConfigureAwait(false) is { } lease)
            {
                if (await TryAccountAsync(progress, lease).ConfigureAwait(false) is { } result)
                {
                    return result;
                }
            }

            progress.ReturnCharge(budget);
        }
        while (await HoldAsync(progress).ConfigureAwait(false));

        trace.Decisions?.Noted("no further attempt", pool, progress.Tried);
        return progress.HandOnBest() ?? new FailoverResult(answers.NobodyCanServe(progress));
    }

    /// <summary>Requests that are held now.</summary>
    public int Held => waitingRoom.Waiting;

    /// <summary>Judges an answer that was cut after it had been handed on.</summary>
    public ValueTask NoteCutAsync(Lease lease, string how) => judge.JudgeCutAsync(lease, how);

    private bool MayTryAgain(Progress progress) =>
        (progress.Tried.Count == 0
            || (options.Fallback && progress.SentInRound < AttemptsOf(progress) && progress.OverloadedInRound < EnoughOverloaded && RemainingTime(progress) > TimeSpan.Zero))
        && MayRepeat(progress);

    /// <summary>A request that was held has had its attempts: from then on it is tried once a round.</summary>
    private int AttemptsOf(Progress progress) => progress.Round == 0 ? options.Failover.Attempts : 1;

    /// <summary>Whether the budget allows for one more attempt. It need not be asked if nothing has been sent yet, nor for a request that was
    /// held while others are being served again.</summary>
    private bool MayRepeat(Progress progress) =>
        progress.AttemptsSent == 0
        || (progress.Round > 0 && waitingRoom.HasServedSince(progress.LastFailureAt))
        || progress.TryCharge(budget, options.Failover);

    private TimeSpan RemainingTime(Progress progress) => options.Failover.Deadline - timeProvider.GetElapsedTime(progress.ReceivedAt);

    /// <summary>The account for the next attempt; why there is none is noted.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Lease?> LeaseAsync(Progress progress)
    {
        var facts = progress.Request.Facts;
        var attempt = progress.AttemptsSent == 0 ? facts : facts with { Attempt = progress.AttemptsSent + 1 };
        progress.Leased = await pool.LeaseAsync(attempt, progress.Tried, balancer, progress.ClientLeft).ConfigureAwait(false);
        return progress.Leased.Lease;
    }

    /// <summary>Attempts on one account. Null: on to the next account.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FailoverResult?> TryAccountAsync(Progress progress, Lease lease)
    {
        progress.Begin(lease);
        LogPick(progress, lease);
        progress.Trace.Decisions?.Picked(lease, pool, progress.Tried, balancer.Name);
        for (var repeats = 0; ; repeats++)
        {
            var attempt = await SendAsync(progress, lease, repeats).ConfigureAwait(false);
            lease = progress.Lease;
            progress.Hold(attempt);
            judge.NoteAnswer(lease, attempt);
            if (attempt.Failure is not { } failure)
            {
                judge.NoteServed(lease, attempt.Elapsed);
                return progress.HandOn();
            }

            var (outcome, decision) = await judge.JudgeAsync(failure, progress, lease, repeats, attempt.Elapsed).ConfigureAwait(false);
            progress.Note(outcome, lease);
            progress.LastFailureAt = timeProvider.GetTimestamp();
            progress.Settle(outcome, budget);
            progress.Trace.Decisions?.Ended(lease, outcome, decision);
            if (MustRespond(outcome, decision))
            {
                return attempt.Answer is null ? new FailoverResult(answers.NoAnswer(outcome, lease.Model)) : progress.HandOn();
            }

            if (decision.Action == FailoverAction.SameAccount && repeats < MostRepeats && decision.After < RemainingTime(progress) && MayRepeat(progress))
            {
                await progress.DropAnswerAsync().ConfigureAwait(false);
                await WaitAsync(decision.After, progress.ClientLeft).ConfigureAwait(false);
                pool.BeginAgain(lease);
                continue;
            }

            LogFailover(progress, lease, outcome, attempt);
            await progress.LeaveAccountAsync(outcome).ConfigureAwait(false);
            return null;
        }
    }

    private Task<Attempt> SendAsync(Progress progress, Lease lease, int repeats) =>
        options.Fallback && progress.Request.Facts.IsStreaming && repeats == 0 && options.Failover.HedgeAfter > TimeSpan.Zero
            ? hedge.SendAsync(progress, lease)
            : forwarder.SendAsync(progress.Request, lease, progress.ClientLeft);

    private void LogPick(Progress progress, Lease lease)
    {
        var (id, attempt) = (progress.Trace.RequestId, progress.Trace.Attempts + 1);
        logger.AccountPicked(id, attempt, lease.Account.AccountId, lease.Account.Account.Name);
        if (lease.WaitedForCache > TimeSpan.Zero)
        {
            logger.WaitedForCache(id, lease.WaitedForCache.TotalMilliseconds, lease.Account.AccountId);
            progress.Trace.Decisions?.Noted($"waited {lease.WaitedForCache.TotalSeconds:0.0} s for an account that has the conversation in cache");
        }

        if (lease.IsLastResort && progress.Round == 0)
        {
            logger.LastResort(id, attempt, lease.Account.AccountId);
        }
    }

    /// <summary>A request that is held tries again and again, which is told once.</summary>
    private void LogFailover(Progress progress, Lease lease, AttemptOutcome outcome, Attempt attempt)
    {
        if (progress.Round == 0)
        {
            logger.FailingOver(progress.Trace.RequestId, progress.Trace.Attempts, lease.Account.AccountId, outcome.Describe(), attempt.Elapsed.TotalMilliseconds);
        }
    }

    private bool MustRespond(AttemptOutcome outcome, FailoverDecision decision) =>
        decision.Action == FailoverAction.Respond || !options.Fallback || (outcome.IsLostAfterSending() && !options.Failover.RetrySent);

    /// <summary>A random part of the wait, so that requests that failed together do not come back together.</summary>
    private Task WaitAsync(TimeSpan wait, CancellationToken clientLeft) => Task.Delay(wait * random.NextDouble(), timeProvider, clientLeft);

    /// <summary>Holds a request that nobody can serve for a moment, if there is hope. True: it may be tried again.</summary>
    private async ValueTask<bool> HoldAsync(Progress progress)
    {
        var left = options.Failover.Patience - timeProvider.GetElapsedTime(progress.ReceivedAt);
        if (!options.Fallback || left <= TimeSpan.Zero || !HasHope(progress, left) || !progress.TryWait(waitingRoom, options.Failover.MaxHeld))
        {
            return false;
        }

        if (progress.Round == 0)
        {
            logger.Holding(progress.Trace.RequestId, left.TotalSeconds);
            progress.Trace.Decisions?.Noted("held: nobody can serve it at the moment", pool, progress.Tried);
        }

        await waitingRoom.PauseAsync(progress.ClientLeft).ConfigureAwait(false);
        progress.BeginRound();
        return true;
    }

    /// <summary>Whether the trouble may be over in time: an overload, an upstream that cannot be reached, a rest that ends soon, or too many
    /// repetitions by others.</summary>
    private bool HasHope(Progress progress, TimeSpan left)
    {
        if (progress.Leased.Refusal is LeaseRefusal.QueueFull or LeaseRefusal.QueueTimeout)
        {
            return false;
        }

        var outlook = pool.OutlookFor(progress.Request.Facts.Model);
        var isSoonUsable = outlook.UsableAt is { } usableAt && usableAt - timeProvider.GetUtcNow() < left;
        return progress.MetAnOutage
            || outlook.IsOutage
            || (isSoonUsable && (progress.Statuses.Count == 0 || progress.HasOnlyRateLimits || (progress.LackedBudget && progress.AttemptsSent < options.Failover.Attempts)));
    }
}
