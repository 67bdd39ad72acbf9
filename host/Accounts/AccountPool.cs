using System.Runtime.CompilerServices;
using ClaudeProxy.Extensions;

namespace ClaudeProxy.Accounts;

/// <summary>The accounts a request may be given to, and the choice among them. Thread-safe.</summary>
internal sealed class AccountPool(AccountStore store, PoolOptions options, TimeProvider timeProvider)
{
    /// <summary>A choice can be lost to another request that took the last room or the permit; after so many losses the request gives up.</summary>
    private const int MostRounds = 16;

    /// <summary>Timers are not finer.</summary>
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private readonly double _lowWater = options.Headroom.LowWater / 100.0;
    private readonly CachePatience _patience = new(options.MaxHeld, timeProvider);
    private volatile AccountSet _set = AccountSet.Empty;

    /// <summary>What the operator wrote.</summary>
    public PoolOptions Options => options;

    /// <summary>The requests that wait for room in any pool over the same accounts.</summary>
    public WaitingLine Line => store.Line;

    /// <summary>Requests that wait for the accounts that have their conversations in cache.</summary>
    public int Patient => _patience.Waiting;

    /// <summary>All accounts, in the order of the configuration or source.</summary>
    public IReadOnlyList<AccountState> Accounts => _set.Accounts;

    /// <summary>The same with their priority groups, as they are at this moment.</summary>
    public AccountSet Set => _set;

    /// <summary>Takes over the whole set of accounts that a source has yielded.</summary>
    public void Update(IReadOnlyList<Account> accounts)
    {
        _set = new AccountSet(store.Update(accounts), options.Mode);
        store.Line.Offer(_set.Accounts);
    }

    /// <summary>Whether <paramref name="account"/> is one of its accounts.</summary>
    public bool Contains(AccountState account) => _set.Contains(account);

    /// <summary>Leases the account that serves the next attempt: the balancer's choice among the usable ones of the best priority, else the one
    /// that recovers first. Waits for room while every usable account serves as many as it may.</summary>
    /// <exception cref="OperationCanceledException">The client has left while it waited.</exception>
    public ValueTask<LeaseResult> LeaseAsync(RequestFacts request, TriedAccounts tried, GuardedLoadBalancer balancer, CancellationToken cancellationToken) =>
        LookAsync(request, tried, balancer, mayWait: true, cancellationToken);

    /// <summary>The same without waiting for room.</summary>
    public ValueTask<LeaseResult> TryLeaseAsync(RequestFacts request, TriedAccounts tried, GuardedLoadBalancer balancer) =>
        LookAsync(request, tried, balancer, mayWait: false, CancellationToken.None);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<LeaseResult> LookAsync(
        RequestFacts request, TriedAccounts tried, GuardedLoadBalancer balancer, bool mayWait, CancellationToken cancellationToken)
    {
        var cached = balancer.IsPatient ? request.Cached : null;
        var isPatient = cached is not null && mayWait && tried is { Count: 0, HasWaited: false };
        CacheWait? wait = null;
        for (var round = 0; round < MostRounds; round++)
        {
            var set = _set;
            var now = timeProvider.GetUtcNow();
            var selection = new Selection(set, request, tried, now, options, store.Epoch, cached);
            var candidates = selection.Candidates.Count;
            if (isPatient && candidates > 0 && !cached!.IsReadByAny(selection.Candidates, store.Find(cached!.AccountId)))
            {
                selection.Candidates.Return();
                wait ??= await _patience.AskAsync(request, set, selection.Group, balancer).ConfigureAwait(false);
                isPatient = await _patience.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
                round--; // It has lost nothing to anybody.
                continue;
            }

            var isLastResort = candidates == 0;
            if (isLastResort && tried.TryForgetEarlier())
            {
                selection.Candidates.Return();
                round--;
                continue;
            }

            var probe = selection.Probe;
            var mayPick = !isLastResort && probe is null;
            if (!mayPick)
            {
                selection.Candidates.Return();
            }

            if (isLastResort && selection.IsFull)
            {
                return mayWait
                    ? await WaitAsync(request, tried, balancer, cancellationToken).ConfigureAwait(false)
                    : LeaseResult.Busy(selection.RecoversAt);
            }

            var account = mayPick ? (AccountState?)await balancer.PickAsync(request, selection.Candidates).ConfigureAwait(false)
                : isLastResort ? FindLastResort(now, request, tried)
                : probe;
            if (account is null)
            {
                return LeaseResult.None;
            }

            if (Lease.TryTake(account, request.Model, store.Epoch, now) is { } lease)
            {
                lease.IsLastResort = isLastResort;
                selection.TookTurn(account);
                lease.Candidates = candidates;
                lease.WaitedForCache = wait?.Waited ?? TimeSpan.Zero;
                Count(lease, request, now);
                return LeaseResult.Of(lease);
            }
        }

        return LeaseResult.None;
    }

    /// <summary>Marks the beginning of another attempt on the account of <paramref name="lease"/>.</summary>
    public void BeginAgain(Lease lease)
    {
        lease.BeginAgain(store.Epoch);
        if (lease.IsCounted)
        {
            lease.Count(timeProvider.GetUtcNow(), _lowWater);
        }
    }

    /// <summary>Notes what the answer to the present attempt of <paramref name="lease"/> says of the account, whatever its status.</summary>
    public void NoteAnswer(Lease lease, string? workspaceId, string? organizationId, RateLimits limits)
    {
        var account = lease.Account;
        account.Record.Answered(workspaceId, organizationId);
        if (limits.UnifiedStatus is not null || limits.UnifiedWindows.Count > 0)
        {
            store.KeepAllowances(account);
        }
        else if (account.Record.WorkspaceId is not null)
        {
            store.ShareAllowances(account);
        }

        if (lease.IsCounted && limits != RateLimits.None)
        {
            account.Allowances.Note(limits, lease, _lowWater);
        }
    }

    /// <summary>When somebody can serve <paramref name="model"/> again.</summary>
    public Outlook OutlookFor(string? model) => Outlook.Of(_set.Accounts, model, timeProvider.GetUtcNow());

    /// <summary>Waits in the line, and looks for itself each time it is told that something has changed, or that one who rests is back.</summary>
    private async Task<LeaseResult> WaitAsync(RequestFacts request, TriedAccounts tried, GuardedLoadBalancer balancer, CancellationToken cancellationToken)
    {
        if (store.Line.TryEnter(this, request, tried, options.Queue.Length) is not { } waiter)
        {
            return LeaseResult.Refused(LeaseRefusal.QueueFull, store.Line.RetryAfter());
        }

        var deadline = timeProvider.GetUtcNow() + options.Queue.Timeout;
        while (true)
        {
            waiter.Listen();
            var result = await LookAsync(request, tried, balancer, mayWait: false, cancellationToken).ConfigureAwait(false);
            if (!result.IsBusy)
            {
                return store.Line.Leave(waiter) ? result : TakeGiven(waiter, request, result);
            }

            var left = deadline - timeProvider.GetUtcNow();
            if (left <= TimeSpan.Zero && store.Line.GiveUp(waiter))
            {
                return LeaseResult.Refused(LeaseRefusal.QueueTimeout, store.Line.RetryAfter());
            }

            if (cancellationToken.IsCancellationRequested && store.Line.Leave(waiter))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (waiter.Lease is not null || waiter.IsPushedOut)
            {
                return TakeGiven(waiter, request, result);
            }

            await waiter.WaitAsync(PatienceFor(left, result.RecoversAt), timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan PatienceFor(TimeSpan left, DateTimeOffset? recoversAt)
    {
        var recovery = recoversAt is { } at ? at - timeProvider.GetUtcNow() : TimeSpan.MaxValue;
        var patience = recovery < left ? recovery : left;
        return patience < s_shortestWait ? s_shortestWait : patience;
    }

    /// <summary>What it was given in the line goes before what it found itself.</summary>
    private LeaseResult TakeGiven(Waiter waiter, RequestFacts request, LeaseResult found)
    {
        if (waiter.Lease is not { } given)
        {
            return found.Lease is null ? LeaseResult.Refused(LeaseRefusal.QueueFull, store.Line.RetryAfter()) : found;
        }

        found.Lease?.Dispose();
        Count(given, request, timeProvider.GetUtcNow());
        return LeaseResult.Of(given);
    }

    /// <summary>Only messages count: the counting of tokens and the list of models have limits of their own.</summary>
    private void Count(Lease lease, RequestFacts request, DateTimeOffset now)
    {
        if (_lowWater > 0 && request.Path.EndsWith("/messages", StringComparison.OrdinalIgnoreCase))
        {
            lease.Count(now, _lowWater);
        }
    }

    private AccountState? FindLastResort(DateTimeOffset now, RequestFacts request, TriedAccounts tried)
    {
        var model = request.Model;
        AccountState? first = null;
        var earliest = new Standing(Tier.Unusable, DateTimeOffset.MaxValue, false);
        foreach (var account in _set.Accounts)
        {
            var standing = account.StandingAt(now, model);
            var isEarlier = standing.Tier < earliest.Tier || (standing.Tier == earliest.Tier && standing.Until < earliest.Until);
            if (standing.Tier is Tier.RateLimited or Tier.CoolingDown && isEarlier && MayTry(account, request, tried) && !account.IsProbing(now, model))
            {
                (first, earliest) = (account, standing);
            }
        }

        return first;
    }

    private static bool MayTry(AccountState account, RequestFacts request, TriedAccounts tried) =>
        account.HasRoom && account.Serves(request.Model) && request.ToolModels.All(account.Serves) && !tried.Contains(account);
}
