using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Policies;
using ClaudeProxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Failover;

/// <summary>Gets one request served: leases an account, sends, judges, and goes on to the next account, the same one, or the client.
/// Owns the limits; the policy owns the judgement. Thread-safe.</summary>
internal sealed class FailoverLoop(
    ProxyOptions options,
    AccountPool pool,
    GuardedLoadBalancer balancer,
    GuardedFailoverPolicy policy,
    Forwarder forwarder,
    Penalties penalties,
    TimeProvider timeProvider,
    Random random,
    ILogger<FailoverLoop> logger)
{
    /// <summary>A policy that never stops asking for the same account is stopped here.</summary>
    private const int MostRepeats = 5;

    private static readonly TimeSpan s_relayReturns = TimeSpan.FromSeconds(2);

    /// <summary>Everything that can still fail over happens in here; what is returned is on its way to the client.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async Task<FailoverResult> RunAsync(ForwardedRequest request, long receivedAt, RequestTrace trace, CancellationToken clientLeft)
    {
        await using var progress = new Progress(request, trace, receivedAt, clientLeft);
        while (MayTryAgain(progress))
        {
            progress.Leased = await LeaseAsync(progress).ConfigureAwait(false);
            if (progress.Leased.Lease is not { } lease)
            {
                break;
            }

            if (await TryAccountAsync(progress, lease).ConfigureAwait(false) is { } result)
            {
                return result;
            }
        }

        progress.Trace.Decisions?.Noted("no further attempt", pool, progress.Tried);
        return progress.HandOnBest() ?? new FailoverResult(NobodyCanServe(progress));
    }

    private bool MayTryAgain(Progress progress) =>
        progress.Tried.Count == 0
        || (options.Fallback && progress.AttemptsSent < options.Failover.Attempts && RemainingTime(progress) > TimeSpan.Zero);

    private TimeSpan RemainingTime(Progress progress) => options.Failover.Deadline - timeProvider.GetElapsedTime(progress.ReceivedAt);

    private ValueTask<LeaseResult> LeaseAsync(Progress progress)
    {
        var facts = progress.Request.Facts;
        return pool.LeaseAsync(progress.Tried.Count == 0 ? facts : facts with { Attempt = progress.AttemptsSent + 1 }, progress.Tried, balancer, progress.ClientLeft);
    }

    /// <summary>Attempts on one account. Null: on to the next account.</summary>
    private async Task<FailoverResult?> TryAccountAsync(Progress progress, Lease lease)
    {
        progress.Begin(lease);
        LogPick(progress, lease);
        progress.Trace.Decisions?.Picked(lease, pool, progress.Tried, balancer.Name);
        for (var repeats = 0; ; repeats++)
        {
            var attempt = await forwarder.SendAsync(progress.Request, lease, progress.ClientLeft).ConfigureAwait(false);
            progress.Hold(attempt);
            NoteAnswer(lease, attempt);
            if (attempt.Failure is not { } failure)
            {
                NoteServed(lease, attempt);
                return progress.HandOn();
            }

            var outcome = Complete(failure, progress, lease, repeats);
            var decision = await policy.DecideAsync(outcome).ConfigureAwait(false);
            progress.Note(outcome);
            Blame(outcome, decision, lease, attempt);
            progress.Trace.Decisions?.Ended(lease, outcome, decision);
            if (MustRespond(outcome, decision))
            {
                return attempt.Answer is null ? new FailoverResult(NoAnswer(outcome, lease)) : progress.HandOn();
            }

            if (decision.Action == FailoverAction.SameAccount && repeats < MostRepeats && decision.After < RemainingTime(progress))
            {
                await progress.DropAnswerAsync().ConfigureAwait(false);
                await WaitAsync(decision.After, progress.ClientLeft).ConfigureAwait(false);
                pool.BeginAgain(lease);
                continue;
            }

            logger.FailingOver(progress.Trace.RequestId, progress.Trace.Attempts, lease.Account.AccountId, outcome.Describe(), attempt.Elapsed.TotalMilliseconds);
            await progress.LeaveAccountAsync(outcome).ConfigureAwait(false);
            return null;
        }
    }

    private void LogPick(Progress progress, Lease lease)
    {
        var (id, attempt) = (progress.Trace.RequestId, progress.Trace.Attempts + 1);
        logger.AccountPicked(id, attempt, lease.Account.AccountId, lease.Account.Account.Name);
        if (lease.IsLastResort)
        {
            logger.LastResort(id, attempt, lease.Account.AccountId);
        }
    }

    private void NoteAnswer(Lease lease, Attempt attempt)
    {
        if (attempt.Answer is { } answer)
        {
            pool.NoteAnswer(lease, answer.Head.WorkspaceId, answer.Head.OrganizationId, answer.Head.Limits);
            if (lease.Upstream.Answered(lease.Began))
            {
                logger.UpstreamRecovered(lease.Upstream.Key.ToString());
            }
        }
    }

    private void NoteServed(Lease lease, Attempt attempt)
    {
        if (lease.Succeed())
        {
            logger.AccountRecovered(lease.Account.AccountId);
        }

        lease.Account.Record.ServedAfter(attempt.Elapsed);
    }

    private AttemptOutcome Complete(AttemptOutcome failure, Progress progress, Lease lease, int repeats) => failure with
    {
        Attempt = progress.AttemptsSent + (repeats == 0 ? 1 : 0),
        Repeats = repeats,
        ConsecutiveFailures = lease.Account.Record.ConsecutiveFailures,
        ConsecutiveRateLimits = failure.Status == 429 ? lease.Account.Record.CountRateLimit(timeProvider.GetUtcNow(), lease.Began) : 0,
        PreviousStatuses = progress.Statuses,
        Cooldown = options.Cooldown,
        ViaRelay = options.IsRelay,
        Account = lease.Account.AccountId,
        Model = progress.Request.Facts.Model,
    };

    private void Blame(AttemptOutcome outcome, FailoverDecision decision, Lease lease, Attempt attempt)
    {
        if (outcome.ViaRelay && decision.Penalty is null && RelayErrors.IsRelaysOwn(outcome))
        {
            // It speaks for itself, and says neither good nor bad of the account.
            LogRefusedKey(outcome, lease);
            return;
        }

        if (decision is { Action: FailoverAction.Respond, Penalty: null } && outcome.Status is >= 400 and < 500 and not (401 or 402 or 403 or 429))
        {
            // The request's own fault shows that the account works.
            NoteServed(lease, attempt);
            return;
        }

        lease.Account.Record.FailedWith(outcome.Describe(), timeProvider.GetUtcNow(), lease.Began);
        if (decision.Penalty is { } penalty)
        {
            penalties.Apply(penalty, lease, outcome.Describe(), outcome.IsTransportFault(), pool);
        }
    }

    private void LogRefusedKey(AttemptOutcome outcome, Lease lease)
    {
        if (RelayErrors.IsKeyRefused(outcome))
        {
            logger.RelayRefusesKey(lease.Account.AccountId, outcome.ErrorCode!);
        }
    }

    private bool MustRespond(AttemptOutcome outcome, FailoverDecision decision) =>
        decision.Action == FailoverAction.Respond || !options.Fallback || (IsLostAfterSending(outcome) && !options.Failover.RetrySent);

    private static bool IsLostAfterSending(AttemptOutcome outcome) => outcome is { Sent: true, Status: 0 };

    /// <summary>A random half of the wait, so that requests that failed together do not come back together.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken clientLeft)
    {
        var jittered = wait * (0.5 + (random.NextDouble() / 2));
        await Task.Delay(jittered, timeProvider, clientLeft).ConfigureAwait(false);
    }

    private ApiError NoAnswer(AttemptOutcome outcome, Lease lease) =>
        options.Fallback && IsLostAfterSending(outcome)
            ? new ApiError(502, "api_error", "The upstream lost the request without an answer, and the proxy is set not to send it again.") { IsFinal = true }
            : ApiError.Unavailable($"The upstream could not serve the request: {outcome.ErrorMessage}.", RetryAfterFor(pool.OutlookFor(lease.Model)));

    private ApiError NobodyCanServe(Progress progress)
    {
        if (progress.Leased is { Refusal: not LeaseRefusal.NobodyUsable, RetryAfter: { } queue })
        {
            return ApiError.RateLimited("Every account is busy; please try again later.", queue);
        }

        var outlook = pool.OutlookFor(progress.Request.Facts.Model);
        var wait = RetryAfterFor(outlook);
        if (outlook.AllRateLimited || progress.HasOnlyRateLimits)
        {
            return ApiError.RateLimited("Every account is rate limited; please try again later.", wait);
        }

        var last = progress.Statuses.Count > 0 && progress.Statuses[^1] != 0 ? $" The last upstream answered {progress.Statuses[^1]}." : "";
        return outlook.Accounts == 0
            ? ApiError.Unavailable("The proxy has no account for this request.", wait)
            : ApiError.Unavailable($"No account can serve this request now.{last} Please try again.", wait);
    }

    private TimeSpan RetryAfterFor(Outlook outlook) =>
        // A relay that is away is looked for all the time, so that its return does not depend on the end of a rest.
        options.IsRelay && pool.Accounts is [{ Upstream.Cooldown.Fault: not null }, ..] ? s_relayReturns
        : outlook.UsableAt is { } usableAt ? usableAt - timeProvider.GetUtcNow() : TimeSpan.FromSeconds(60);
}
