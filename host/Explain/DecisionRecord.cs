using ClaudeProxy.Accounts;
using ClaudeProxy.Policies;
using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Explain;

/// <summary>What was decided about one request, step by step. Thread-safe.</summary>
/// <remarks>Holds texts and values only: nothing that would keep an old generation, a plugin, a body or a secret in memory. A request that
/// is served at once has one step; reasons are looked for only where something went another way.</remarks>
internal sealed class DecisionRecord(RequestFacts facts, DecisionLog log, TimeProvider timeProvider)
{
    /// <summary>A request seldom has more than ten; a policy that goes round and round must not fill the memory.</summary>
    private const int MostSteps = 32;

    private readonly long _began = timeProvider.GetTimestamp();
    private readonly DateTimeOffset _at = timeProvider.GetUtcNow();
    private volatile DecisionStep? _last;
    private volatile DecisionEnd? _end;
    private int _steps;
    private int _isNotable;

    /// <summary>The request's id.</summary>
    public string RequestId => facts.RequestId;

    /// <summary>An account was picked.</summary>
    /// <param name="lease">The hold on it.</param>
    /// <param name="pool">The accounts it was picked from.</param>
    /// <param name="tried">What the request has tried, this account included.</param>
    /// <param name="by">Who chose, such as <c>round_robin</c>.</param>
    public void Picked(Lease lease, AccountPool pool, TriedAccounts tried, string by)
    {
        var isPlain = _last is null && lease is { Candidates: > 0, IsLastResort: false };
        var others = isPlain ? [] : CandidateWalk.Others(pool, timeProvider.GetUtcNow(), lease.Model, tried, lease.Account);
        var step = new PickStep(ElapsedMs, lease.Account.AccountId, by, lease.Candidates, pool.Accounts.Count, lease.IsLastResort, others);
        Add(step, isNotable: !isPlain);
    }

    /// <summary>An attempt was not served; call it when <paramref name="decision"/> has been carried out.</summary>
    public void Ended(Lease lease, AttemptOutcome outcome, FailoverDecision decision)
    {
        var rests = RestNotes.After(lease, decision.Penalty, timeProvider.GetUtcNow());
        var step = new AttemptStep(ElapsedMs, lease.Account.AccountId, OutcomeExcerpt.Of(outcome, lease), FailoverDecisionText.Write(decision), rests);
        Add(step, isNotable: true);
    }

    /// <summary>Something happened that explains what comes next, such as <c>held: every account is overloaded</c>.</summary>
    /// <param name="text">What, for people; never secret.</param>
    /// <param name="pool">The accounts, if where they stand explains it.</param>
    /// <param name="tried">What the request has tried.</param>
    public void Noted(string text, AccountPool? pool = null, TriedAccounts? tried = null)
    {
        var candidates = pool is null || tried is null ? [] : CandidateWalk.Others(pool, timeProvider.GetUtcNow(), facts.Model, tried, picked: null);
        Add(new NoteStep(ElapsedMs, text, candidates), isNotable: true);
    }

    /// <summary>The request is over.</summary>
    public void Finished(RequestTrace trace, int status)
    {
        _end = new DecisionEnd(ElapsedMs, trace.FirstByte?.TotalMilliseconds, status, trace.AccountId, trace.Attempts, trace.Ending, trace.Error)
        {
            InputTokens = trace.Usage.Input,
            OutputTokens = trace.Usage.Output,
            CacheReadTokens = trace.Usage.CacheRead,
            CacheWriteTokens = trace.Usage.CacheWrite,
        };
        if (trace.Error is not null || trace.Ending is not (Ending.Complete or Ending.ClientLeft))
        {
            Keep();
        }
    }

    /// <summary>The record as it stands now.</summary>
    public DecisionReport Report()
    {
        var (steps, end) = (new List<DecisionStep>(), _end);
        for (var step = _last; step is not null; step = step.Before)
        {
            steps.Add(step);
        }

        steps.Reverse();
        return new DecisionReport
        {
            RequestId = facts.RequestId,
            At = _at,
            Method = facts.Method,
            Path = facts.Path,
            Model = facts.Model,
            Session = facts.SessionId,
            Client = facts.Client,
            Streaming = facts.IsStreaming,
            BodyBytes = facts.BodyBytes,
            Steps = steps,
            StepsLeftOut = Math.Max(0, Volatile.Read(ref _steps) - MostSteps),
            End = end,
        };
    }

    private double ElapsedMs => Math.Round(timeProvider.GetElapsedTime(_began).TotalMilliseconds, 1);

    private void Add(DecisionStep step, bool isNotable)
    {
        if (Interlocked.Increment(ref _steps) <= MostSteps)
        {
            do
            {
                step.Before = _last;
            }
#pragma warning disable CS0420 // Interlocked is as volatile as it gets.
            while (Interlocked.CompareExchange(ref _last, step, step.Before) != step.Before);
#pragma warning restore CS0420
        }

        if (isNotable)
        {
            Keep();
        }
    }

    private void Keep()
    {
        if (Interlocked.Exchange(ref _isNotable, 1) == 0)
        {
            log.Keep(this);
        }
    }
}
