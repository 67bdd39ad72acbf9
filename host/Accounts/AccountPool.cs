using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;

namespace ClaudeProxy.Accounts;

/// <summary>The accounts a request may be given to, and the choice among them. Thread-safe.</summary>
internal sealed class AccountPool(AccountStore store, BalancingMode mode, TimeProvider timeProvider)
{
    /// <summary>A choice can be lost to another request that took the last room or the permit; after so many losses the request gives up.</summary>
    private const int MostRounds = 16;

    private volatile AccountSet _set = AccountSet.Empty;

    /// <summary>All accounts, in the order of the configuration or source.</summary>
    public IReadOnlyList<AccountState> Accounts => _set.Accounts;

    /// <summary>The same with their priority groups, as they are at this moment.</summary>
    public AccountSet Set => _set;

    /// <summary>Takes over the whole set of accounts that a source has yielded.</summary>
    public void Update(IReadOnlyList<Account> accounts) => _set = new AccountSet(store.Update(accounts), mode);

    /// <summary>Leases the account that serves the next attempt: the balancer's choice among the usable ones of the best priority, else the one
    /// that recovers first; <see langword="null"/> if there is none.</summary>
    public async ValueTask<Lease?> LeaseAsync(RequestFacts request, TriedAccounts tried, GuardedLoadBalancer balancer)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var now = timeProvider.GetUtcNow();
            var candidates = FindCandidates(now, request.Model, tried);
            var account = candidates.Count > 0
                ? (AccountState?)await balancer.PickAsync(request, candidates).ConfigureAwait(false)
                : FindLastResort(now, request.Model, tried);
            if (account is null)
            {
                return null;
            }

            if (Lease.TryTake(account, request.Model, store.Epoch, now) is { } lease)
            {
                lease.Candidates = candidates.Count;
                return lease;
            }
        }

        return null;
    }

    /// <summary>Marks the beginning of another attempt on the account of <paramref name="lease"/>.</summary>
    public void BeginAgain(Lease lease) => lease.BeginAgain(store.Epoch);

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

    private List<Candidate> FindCandidates(DateTimeOffset now, string? model, TriedAccounts tried)
    {
        var set = _set;
        var candidates = new List<Candidate>(Math.Min(set.Accounts.Length, 64));
        var best = int.MaxValue;
        for (var i = 0; i < set.Accounts.Length; i++)
        {
            var account = set.Accounts[i];
            if (set.Groups[i] > best || !MayTry(account, model, tried) || !account.IsUsable(now, model))
            {
                continue;
            }

            if (set.Groups[i] < best)
            {
                best = set.Groups[i];
                candidates.Clear();
            }

            candidates.Add(account);
        }

        return candidates;
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
