using System.Collections.Concurrent;

namespace ClaudeProxy.Accounts;

/// <summary>What has been learnt of every account and upstream, by id. Lives beside the generations, so that a reload forgets nothing. Thread-safe.</summary>
internal sealed class AccountStore
{
    private readonly Lock _sharing = new();
    private readonly ConcurrentDictionary<string, AccountState> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<UpstreamKey, UpstreamState> _upstreams = new();

    /// <summary>Knows nobody yet.</summary>
    public AccountStore(TimeProvider timeProvider)
    {
        Epoch = new Epoch(timeProvider);
        Line = new WaitingLine(Epoch);
    }

    /// <summary>The order in which leases begin and rests are set.</summary>
    public Epoch Epoch { get; }

    /// <summary>The requests that wait for room.</summary>
    public WaitingLine Line { get; }

    /// <summary>The states of <paramref name="accounts"/>, in their order: known accounts are updated in place, new ones begin anew.</summary>
    public AccountState[] Update(IReadOnlyList<Account> accounts)
    {
        var states = new AccountState[accounts.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var account = accounts[i];
            var upstream = _upstreams.GetOrAdd(UpstreamKey.Of(account), static (key, epoch) => new UpstreamState(key, epoch), Epoch);
            if (_accounts.TryGetValue(account.Id, out var known))
            {
                known.Update(account, upstream);
                states[i] = known;
            }
            else
            {
                states[i] = _accounts.GetOrAdd(account.Id, new AccountState(account, upstream, Line, Epoch));
            }
        }

        return states;
    }

    /// <summary>The state of the account with that id, or <see langword="null"/>.</summary>
    public AccountState? Find(string id) => _accounts.GetValueOrDefault(id);

    /// <summary>Lets <paramref name="account"/> count against the limits of the workspace that its last answer named, together with the others there.</summary>
    public void ShareAllowances(AccountState account)
    {
        var workspace = account.Record.WorkspaceId;
        if (account.Allowances.Workspace == workspace)
        {
            return;
        }

        lock (_sharing)
        {
            if (_accounts.Values.FirstOrDefault(other => other.Allowances.Workspace == workspace) is { } member)
            {
                account.Allowances = member.Allowances;
            }
            else
            {
                // What it knew before it had a name is its workspace's; what it knew under another name is not.
                account.Allowances = account.Allowances.Workspace is null ? account.Allowances : new Allowances(Epoch);
                account.Allowances.Workspace = workspace;
            }
        }
    }

    /// <summary>Lets <paramref name="account"/> count against limits of its own: a subscription's windows belong to nobody else.</summary>
    public void KeepAllowances(AccountState account)
    {
        if (account.Allowances.Workspace is not null)
        {
            lock (_sharing)
            {
                account.Allowances = new Allowances(Epoch);
            }
        }
    }

    /// <summary>Knows <paramref name="current"/> from now on and nobody else: forgets every other account, and upstreams nobody stands behind.</summary>
    public void Keep(IReadOnlyCollection<AccountState> current)
    {
        var upstreams = new HashSet<UpstreamKey>();
        foreach (var state in current)
        {
            // Put back, if another source's set was the current one just before.
            _accounts[state.AccountId] = state;
            _upstreams[state.Upstream.Key] = state.Upstream;
            upstreams.Add(state.Upstream.Key);
        }

        var accounts = current.Select(state => state.AccountId).ToHashSet(StringComparer.Ordinal);
        foreach (var id in _accounts.Keys.Where(id => !accounts.Contains(id)))
        {
            _accounts.TryRemove(id, out _);
        }

        foreach (var key in _upstreams.Keys.Where(key => !upstreams.Contains(key)))
        {
            _upstreams.TryRemove(key, out _);
        }
    }
}
