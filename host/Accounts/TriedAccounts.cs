namespace ClaudeProxy.Accounts;

/// <summary>What one request has tried and need not try again. For one request's thread only.</summary>
internal sealed class TriedAccounts
{
    private AccountState? _first;
    private HashSet<AccountState>? _others;
    private HashSet<AccountState>? _earlier;
    private Dictionary<UpstreamState, int>? _unreached;
    private HashSet<UpstreamState>? _failed;
    private HashSet<string>? _failedWorkspaces;

    /// <summary>An upstream that could not be reached through so many accounts is not tried through further ones.</summary>
    private const int EnoughForAnUpstream = 2;

    /// <summary>How many accounts were tried since the request was held last.</summary>
    public int Count => _first is null ? 0 : 1 + (_others?.Count ?? 0);

    /// <summary>Whether nothing was tried, and nobody is known not to be reached.</summary>
    public bool IsEmpty => _first is null && _earlier is null && _unreached is null && _failed is null;

    /// <summary>Whether it has waited already, and so waits for no cache.</summary>
    public bool HasWaited { get; private init; }

    /// <summary>What a request begins with that was held: everybody may be tried again, but first those that were not.</summary>
    public TriedAccounts AfterWait()
    {
        HashSet<AccountState> earlier = [.. _earlier ?? [], .. _others ?? []];
        if (_first is not null)
        {
            earlier.Add(_first);
        }

        return new TriedAccounts { HasWaited = true, _earlier = earlier.Count == 0 ? null : earlier };
    }

    /// <summary>Nobody is left but those that were tried before the request was held: they may be tried again. False if there are none.</summary>
    public bool TryForgetEarlier()
    {
        var had = _earlier is not null;
        _earlier = null;
        return had;
    }

    /// <summary>Notes that <paramref name="account"/> was tried. Most requests try one.</summary>
    public void Add(AccountState account)
    {
        _first ??= account;
        if (account != _first)
        {
            (_others ??= []).Add(account);
        }
    }

    /// <summary>Notes that <paramref name="upstream"/> could not be reached.</summary>
    public void AddUnreached(UpstreamState upstream)
    {
        _unreached ??= [];
        _unreached[upstream] = _unreached.GetValueOrDefault(upstream) + 1;
    }

    /// <summary>Notes that <paramref name="account"/> failed behind <paramref name="upstream"/> in a way that the other accounts of its workspace may
    /// well share, and those of its upstream.</summary>
    public void AddFailed(AccountState account, UpstreamState upstream)
    {
        (_failed ??= []).Add(upstream);
        (_failedWorkspaces ??= []).Add(account.CacheId);
    }

    /// <summary>How little is to be expected of <paramref name="account"/>: 0 unless its upstream has failed the request, 1 if it has, and 2 if the
    /// account is of the same workspace too.</summary>
    public int ReluctanceAbout(AccountState account) =>
        _failed is null || !_failed.Contains(account.Upstream) ? 0 : _failedWorkspaces!.Contains(account.CacheId) ? 2 : 1;

    /// <summary>Whether <paramref name="account"/> need not be tried.</summary>
    public bool Contains(AccountState account) =>
        account == _first
        || (_others is not null && _others.Contains(account))
        || (_earlier is not null && _earlier.Contains(account))
        || (_unreached is not null && _unreached.GetValueOrDefault(account.Upstream) >= EnoughForAnUpstream);
}
