using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Failover;

/// <summary>How far one request has come in the failover loop, and owner of the present lease and answer until they are handed on.
/// For one request's thread only.</summary>
internal sealed class Progress(ForwardedRequest request, RequestTrace trace, long receivedAt, CancellationToken clientLeft) : IAsyncDisposable
{
    /// <summary>So many statuses of failed attempts are kept, the first ones and the last; a request that is held may collect more.</summary>
    private const int MostStatuses = 8;

    private readonly List<int> _statuses = [];
    private int _sentBefore;
    private bool _isCharged;
    private WaitingRoom? _waitingRoom;
    private Lease? _lease;
    private UpstreamAnswer? _answer;
    private UpstreamAnswer? _best;

    /// <summary>The request.</summary>
    public ForwardedRequest Request { get; } = request;

    /// <summary>What is noted for its log line.</summary>
    public RequestTrace Trace { get; } = trace;

    /// <summary>Timestamp of its arrival.</summary>
    public long ReceivedAt { get; } = receivedAt;

    /// <summary>Fires when the client leaves.</summary>
    public CancellationToken ClientLeft { get; } = clientLeft;

    /// <summary>The accounts it need not try again in this round.</summary>
    public TriedAccounts Tried { get; private set; } = new();

    /// <summary>The lease of the present attempt.</summary>
    public Lease Lease => _lease!;

    /// <summary>How often it was held and went through the accounts again; 0 the first time.</summary>
    public int Round { get; private set; }

    /// <summary>Attempts of this round that reached an upstream.</summary>
    public int SentInRound => AttemptsSent - _sentBefore;

    /// <summary>Whether an attempt met an outage that may be over in seconds: an overload, or an upstream that could not be reached.</summary>
    public bool MetAnOutage { get; private set; }

    /// <summary>Accounts of this round that were overloaded.</summary>
    public int OverloadedInRound { get; private set; }

    /// <summary>Timestamp of its last failed attempt, or of its arrival.</summary>
    public long LastFailureAt { get; set; } = receivedAt;

    /// <summary>What came of the last look for an account.</summary>
    public LeaseResult Leased { get; set; }

    /// <summary>Attempts that reached an upstream; repeats in place do not count.</summary>
    public int AttemptsSent { get; private set; }

    /// <summary>The statuses of its failed attempts so far, in order; 0 = no answer.</summary>
    public IReadOnlyList<int> Statuses => _statuses.Count == 0 ? [] : [.. _statuses];

    /// <summary>Whether it failed, and only on rate limits.</summary>
    public bool HasOnlyRateLimits => _statuses.Count > 0 && _statuses.TrueForAll(static status => status == 429);

    /// <summary>Whether an attempt was once found to exceed the budget, so that it may not have had all of its own.</summary>
    public bool LackedBudget { get; private set; }

    /// <summary>Charges the next attempt to the budget; false if that has nothing left.</summary>
    public bool TryCharge(RetryBudget budget, FailoverOptions options)
    {
        _isCharged = _isCharged || budget.TryTake(options.RetryBudget, options.RetryFloor);
        LackedBudget |= !_isCharged;
        return _isCharged;
    }

    /// <summary>The charge was for an attempt that was never made.</summary>
    public void ReturnCharge(RetryBudget budget)
    {
        if (_isCharged)
        {
            _isCharged = false;
            budget.GiveBack();
        }
    }

    /// <summary>The attempt that was charged ended with <paramref name="outcome"/>: it was free if it never reached an upstream.</summary>
    public void Settle(AttemptOutcome outcome, RetryBudget budget)
    {
        if (!outcome.Sent)
        {
            ReturnCharge(budget);
        }

        _isCharged = false;
    }

    /// <summary>Waits in <paramref name="room"/> until the request is over, if not more than <paramref name="most"/> do.</summary>
    public bool TryWait(WaitingRoom room, int most)
    {
        if (_waitingRoom is null && room.TryEnter(most))
        {
            _waitingRoom = room;
        }

        return _waitingRoom is not null;
    }

    /// <summary>Takes over <paramref name="lease"/>.</summary>
    public void Begin(Lease lease)
    {
        Continue(lease);
        Tried.Add(lease.Account);
    }

    /// <summary>Takes over the answer of <paramref name="attempt"/>, if it has one.</summary>
    public void Hold(Attempt attempt)
    {
        Trace.Attempts += attempt.Sends;
        _answer = attempt.Answer;
    }

    /// <summary>Goes on with <paramref name="lease"/>; whoever made its attempt lets go of the other one.</summary>
    public void Continue(Lease lease)
    {
        _lease = lease;
        Trace.AccountId = lease.Account.AccountId;
    }

    /// <summary>Notes how an attempt on <paramref name="lease"/> failed.</summary>
    public void Note(AttemptOutcome outcome, Lease lease)
    {
        if (_statuses.Count < MostStatuses)
        {
            _statuses.Add(outcome.Status);
        }
        else
        {
            _statuses[^1] = outcome.Status;
        }

        AttemptsSent += outcome is { Sent: true, Repeats: 0 } ? 1 : 0;
        OverloadedInRound += outcome.IsOverload() && outcome.Repeats == 0 ? 1 : 0;
        MetAnOutage |= outcome.IsTransportFault() || outcome.IsOverload();
        if (outcome.IsTransportFault())
        {
            Tried.AddUnreached(lease.Upstream);
        }

        if (outcome.Status is 0 or >= 500)
        {
            Tried.AddFailed(lease.Account, lease.Upstream);
        }
    }

    /// <summary>Begins another round: every account may be tried again, but first those that were not.</summary>
    public void BeginRound()
    {
        Round++;
        Tried = Tried.AfterWait();
        (_sentBefore, OverloadedInRound) = (AttemptsSent, 0);
    }

    /// <summary>Hands the present answer on to the client, and the lease with it.</summary>
    public FailoverResult HandOn()
    {
        var result = new FailoverResult(_answer!, _lease, isLastOfSeveral: false);
        (_answer, _lease) = (null, null);
        return result;
    }

    /// <summary>Hands on the most useful answer of the failed attempts, or <see langword="null"/> if none is fit for the client.</summary>
    public FailoverResult? HandOnBest()
    {
        var result = _best is null ? null : new FailoverResult(_best, lease: null, isLastOfSeveral: true);
        _best = null;
        return result;
    }

    /// <summary>Drops the present answer: the same account is tried again.</summary>
    public async ValueTask DropAnswerAsync()
    {
        if (_answer is { } answer)
        {
            _answer = null;
            await answer.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets go of the account, and keeps its answer if the client might still get it.</summary>
    public async ValueTask LeaveAccountAsync(AttemptOutcome outcome)
    {
        if (_answer is { IsComplete: true } && outcome.IsFitForClient())
        {
            (_best, _answer) = (_answer, _best);
        }

        await DropAnswerAsync().ConfigureAwait(false);
        _lease?.Dispose();
        _lease = null;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await DropAnswerAsync().ConfigureAwait(false);
            if (_best is not null)
            {
                await _best.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _lease?.Dispose();
            _waitingRoom?.Leave();
        }
    }
}
