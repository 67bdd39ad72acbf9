using ClaudeProxy.Accounts;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Failover;

/// <summary>How far one request has come in the failover loop, and owner of the present lease and answer until they are handed on.
/// For one request's thread only.</summary>
internal sealed class Progress(ForwardedRequest request, RequestTrace trace, long receivedAt, CancellationToken clientLeft) : IAsyncDisposable
{
    private readonly List<int> _statuses = [];
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

    /// <summary>The accounts it need not try again.</summary>
    public TriedAccounts Tried { get; } = new();

    /// <summary>What came of the last look for an account.</summary>
    public LeaseResult Leased { get; set; }

    /// <summary>Attempts that reached an upstream; repeats in place do not count.</summary>
    public int AttemptsSent { get; private set; }

    /// <summary>The statuses of its failed attempts so far, in order; 0 = no answer.</summary>
    public IReadOnlyList<int> Statuses => _statuses.Count == 0 ? [] : [.. _statuses];

    /// <summary>Whether it failed, and only on rate limits.</summary>
    public bool HasOnlyRateLimits => _statuses.Count > 0 && _statuses.TrueForAll(static status => status == 429);

    /// <summary>Takes over <paramref name="lease"/>.</summary>
    public void Begin(Lease lease)
    {
        _lease = lease;
        Tried.Add(lease.Account);
        Trace.AccountId = lease.Account.AccountId;
    }

    /// <summary>Takes over the answer of <paramref name="attempt"/>, if it has one.</summary>
    public void Hold(Attempt attempt)
    {
        Trace.Attempts += attempt.Sends;
        _answer = attempt.Answer;
    }

    /// <summary>Notes how the attempt failed.</summary>
    public void Note(AttemptOutcome outcome)
    {
        _statuses.Add(outcome.Status);
        AttemptsSent += outcome is { Sent: true, Repeats: 0 } ? 1 : 0;
        if (outcome.IsTransportFault())
        {
            Tried.AddUnreached(_lease!.Upstream);
        }
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
        }
    }
}
