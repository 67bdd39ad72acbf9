using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Failover;

/// <summary>Notes what attempts say of accounts and upstreams, asks the policy about those that failed, and lets rest what it names. Thread-safe.</summary>
internal sealed class Judge(
    ProxyOptions options, AccountPool pool, GuardedFailoverPolicy policy, Penalties penalties, WaitingRoom waitingRoom, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Notes whatever the answer says, whether or not it serves the request.</summary>
    public void NoteAnswer(Lease lease, Attempt attempt)
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

    /// <summary>Notes an attempt that serves its request.</summary>
    public void NoteServed(Lease lease, TimeSpan elapsed)
    {
        if (lease.Succeed())
        {
            logger.AccountRecovered(lease.Account.AccountId);
        }

        lease.Account.Record.ServedAfter(elapsed);
        waitingRoom.NoteServed();
    }

    /// <summary>Judges a failed attempt of a request.</summary>
    /// <param name="failure">What is known of it.</param>
    /// <param name="progress">The request.</param>
    /// <param name="lease">The attempt's lease.</param>
    /// <param name="repeats">How often the account has been tried again already.</param>
    /// <param name="elapsed">How long the attempt took.</param>
    public async ValueTask<(AttemptOutcome Outcome, FailoverDecision Decision)> JudgeAsync(
        AttemptOutcome failure, Progress progress, Lease lease, int repeats, TimeSpan elapsed)
    {
        var outcome = Complete(failure, lease, repeats) with
        {
            Attempt = progress.AttemptsSent + (repeats == 0 ? 1 : 0),
            PreviousStatuses = progress.Statuses,
            Path = progress.Request.Facts.Path,
        };
        var decision = await policy.DecideAsync(outcome).ConfigureAwait(false);
        Blame(outcome, decision, lease, elapsed);
        return (outcome, decision);
    }

    /// <summary>Judges an answer that ended before its end. Its client cannot be helped any more; only what must rest is of interest.</summary>
    public async ValueTask JudgeCutAsync(Lease lease, string how)
    {
        var cuts = lease.Account.Record.CountCut(lease.Began);
        var failure = new AttemptOutcome { Failure = FailureKind.Cut, ErrorMessage = how };
        var outcome = Complete(failure, lease, repeats: 0) with { ConsecutiveFailures = cuts - 1 };
        Blame(outcome, await policy.DecideAsync(outcome).ConfigureAwait(false), lease, elapsed: default);
    }

    private AttemptOutcome Complete(AttemptOutcome failure, Lease lease, int repeats) => failure with
    {
        Repeats = repeats,
        ConsecutiveFailures = lease.Account.Record.FailuresBefore(lease.Began),
        ConsecutiveRateLimits = failure.Status == 429 ? lease.Account.Record.CountRateLimit(timeProvider.GetUtcNow(), lease.Began) : 0,
        Cooldown = options.Cooldown,
        ViaRelay = options.IsRelay,
        Account = lease.Account.AccountId,
        Model = lease.Model,
    };

    private void Blame(AttemptOutcome outcome, FailoverDecision decision, Lease lease, TimeSpan elapsed)
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
            NoteServed(lease, elapsed);
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
}
