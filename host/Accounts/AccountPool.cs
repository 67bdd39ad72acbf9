using ClaudeProxy.Extensions;

namespace ClaudeProxy.Accounts;

/// <summary>The accounts a request may be given to, and the choice among them. Thread-safe.</summary>
internal sealed class AccountPool(AccountStore store, PoolOptions options, TimeProvider timeProvider)
{
    /// <summary>A choice can be lost to another request that took the last room or the permit; after so many losses the request gives up.</summary>
    private const int MostRounds = 16;

    private readonly double _lowWater = options.Headroom.LowWater / 100.0;
    private volatile AccountSet _set = AccountSet.Empty;

    /// <summary>What the operator wrote.</summary>
    public PoolOptions Options => options;

    /// <summary>All accounts, in the order of the configuration or source.</summary>
    public IReadOnlyList<AccountState> Accounts => _set.Accounts;

    /// <summary>Takes over the whole set of accounts that a source has yielded.</summary>
    public void Update(IReadOnlyList<Account> accounts) => _set = new AccountSet(store.Update(accounts), options.Mode);

    /// <summary>Leases the account that serves the next attempt: the balancer's choice among the usable ones of the best priority, else the one
    /// that recovers first.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<LeaseResult> LeaseAsync(RequestFacts request, TriedAccounts tried, GuardedLoadBalancer balancer, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var now = timeProvider.GetUtcNow();
            var selection = new Selection(_set, request.Model, tried, now, options, store.Epoch);
            var account = selection.Probe
                ?? (selection.Candidates.Count > 0
                    ? (AccountState?)await balancer.PickAsync(request, selection.Candidates).ConfigureAwait(false)
                    : FindLastResort(now, request.Model, tried));
            if (account is null)
            {
                return LeaseResult.None;
            }

            if (Lease.TryTake(account, request.Model, store.Epoch, now) is { } lease)
            {
                selection.TookTurn(account);
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
        if (account.Record.WorkspaceId is not null)
        {
            store.ShareAllowances(account);
        }

        if (lease.IsCounted && limits != RateLimits.None)
        {
            account.Allowances.Note(limits, lease, _lowWater);
        }
    }

    /// <summary>When somebody can serve <paramref name="model"/> again.</summary>
    public Outlook OutlookFor(string? model)
    {
        var now = timeProvider.GetUtcNow();
        var (serving, limited) = (0, 0);
        DateTimeOffset? usableAt = null;
        foreach (var account in _set.Accounts)
        {
            var standing = account.StandingAt(now, model);
            if (!account.Serves(model) || standing.Tier == Tier.Unusable)
            {
                continue;
            }

            serving++;
            limited += standing.Tier == Tier.RateLimited ? 1 : 0;
            var at = standing.Tier == Tier.Usable ? now : standing.Until;
            usableAt = usableAt is null || at < usableAt ? at : usableAt;
        }

        return new Outlook(serving > 0 && limited == serving, usableAt, serving);
    }

    /// <summary>Only messages count: the counting of tokens and the list of models have limits of their own.</summary>
    private void Count(Lease lease, RequestFacts request, DateTimeOffset now)
    {
        if (_lowWater > 0 && request.Path.EndsWith("/messages", StringComparison.OrdinalIgnoreCase))
        {
            lease.Count(now, _lowWater);
        }
    }

    private AccountState? FindLastResort(DateTimeOffset now, string? model, TriedAccounts tried)
    {
        AccountState? first = null;
        var earliest = new Standing(Tier.Unusable, DateTimeOffset.MaxValue, false);
        foreach (var account in _set.Accounts)
        {
            var standing = account.StandingAt(now, model);
            var isEarlier = standing.Tier < earliest.Tier || (standing.Tier == earliest.Tier && standing.Until < earliest.Until);
            if (standing.Tier is Tier.RateLimited or Tier.CoolingDown && isEarlier && MayTry(account, model, tried) && !account.IsProbing(now, model))
            {
                (first, earliest) = (account, standing);
            }
        }

        return first;
    }

    private static bool MayTry(AccountState account, string? model, TriedAccounts tried) =>
        account.HasRoom && account.Serves(model) && !tried.Contains(account);
}
