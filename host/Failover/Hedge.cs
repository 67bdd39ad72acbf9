using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;
using ClaudeProxy.Forwarding;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Failover;

/// <summary>Gives an attempt that stays silent company on another account: whichever brings its first event first serves the request. Thread-safe.</summary>
internal sealed class Hedge(
    FailoverOptions options, AccountPool pool, GuardedLoadBalancer balancer, Forwarder forwarder, RetryBudget budget, Judge judge,
    TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Makes the first attempt on <paramref name="lease"/>, and a second one elsewhere if it stays silent. What comes back is the
    /// attempt that counts; <paramref name="progress"/> then holds its lease, and the other attempt has been judged or ended.</summary>
    public async Task<Attempt> SendAsync(Progress progress, Lease lease)
    {
        var first = Begin(progress, lease);
        if (await EndsInTimeAsync(first.Task).ConfigureAwait(false) || await LeaseAnotherAsync(progress).ConfigureAwait(false) is not { } another)
        {
            return await first.Task.ConfigureAwait(false);
        }

        logger.Hedging(progress.Trace.RequestId, lease.Account.AccountId, another.Account.AccountId, options.HedgeAfter.TotalSeconds);
        var second = Begin(progress, another);
        try
        {
            return await FirstToServeAsync(progress, first, second).ConfigureAwait(false);
        }
        catch
        {
            // The client has left both.
            await second.GiveUpAsync().ConfigureAwait(false);
            await first.GiveUpAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Attempt> FirstToServeAsync(Progress progress, Running first, Running second)
    {
        var winner = await Task.WhenAny(first.Task, second.Task).ConfigureAwait(false) == first.Task ? first : second;
        var other = winner == first ? second : first;
        var attempt = await winner.Task.ConfigureAwait(false);
        if (attempt.Failure is not { } failure)
        {
            progress.Continue(winner.Lease);
            _ = other.GiveUpAsync();
            return attempt;
        }

        // The other one may still serve it; what failed is judged for itself.
        judge.NoteAnswer(winner.Lease, attempt);
        var (outcome, decision) = await judge.JudgeAsync(failure, progress, winner.Lease, repeats: 0, attempt.Elapsed).ConfigureAwait(false);
        progress.Trace.Attempts += attempt.Sends;
        progress.Trace.Decisions?.Ended(winner.Lease, outcome, decision);
        progress.Note(outcome, winner.Lease);
        progress.Continue(other.Lease);
        await winner.GiveUpAsync().ConfigureAwait(false);
        return await other.Task.ConfigureAwait(false);
    }

    private Running Begin(Progress progress, Lease lease)
    {
        var stop = new AttemptStop();
        return new Running(lease, forwarder.SendAsync(progress.Request, lease, progress.ClientLeft, stop), stop);
    }

    private async Task<bool> EndsInTimeAsync(Task attempt)
    {
        try
        {
            await attempt.WaitAsync(options.HedgeAfter, timeProvider).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Another account that is usable without reservation, if the budget allows for one more attempt.</summary>
    private async ValueTask<Lease?> LeaseAnotherAsync(Progress progress)
    {
        if (!budget.TryTake(options.RetryBudget, options.RetryFloor))
        {
            return null;
        }

        var facts = progress.Request.Facts with { Attempt = progress.AttemptsSent + 2 };
        var another = (await pool.TryLeaseAsync(facts, progress.Tried, balancer).ConfigureAwait(false)).Lease;
        if (another is { IsLastResort: false })
        {
            progress.Tried.Add(another.Account);
            progress.Trace.Decisions?.Noted($"silent for {options.HedgeAfter.TotalSeconds:0} s: another account is asked too");
            progress.Trace.Decisions?.Picked(another, pool, progress.Tried, balancer.Name);
            return another;
        }

        another?.Dispose();
        budget.GiveBack();
        return null;
    }

    private sealed record Running(Lease Lease, Task<Attempt> Task, AttemptStop Stop)
    {
        /// <summary>Ends the attempt and lets go of all it holds.</summary>
        public async Task GiveUpAsync()
        {
            Stop.Stop();
            try
            {
                if ((await Task.ConfigureAwait(false)).Answer is { } answer)
                {
                    await answer.DisposeAsync().ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                // The client has left.
            }
            finally
            {
                Lease.Dispose();
            }
        }
    }
}
