using ClaudeProxy.Configuration;

namespace ClaudeProxy.Accounts;

/// <summary>The accounts of a pool at one moment, in their order, each with its priority group. Thread-safe; who belongs to it never changes.</summary>
internal sealed class AccountSet
{
    private readonly HashSet<AccountState> _members;

    /// <summary>No accounts.</summary>
    public static AccountSet Empty { get; } = new([], BalancingMode.LoadBalance);

    /// <summary>Groups <paramref name="accounts"/> as <paramref name="mode"/> says.</summary>
    public AccountSet(AccountState[] accounts, BalancingMode mode)
    {
        Accounts = accounts;
        _members = [.. accounts];
        Groups = mode == BalancingMode.Fallback ? StrictOrder(accounts) : [.. accounts.Select(state => GroupOf(state.Account))];
        Surveyor = new Surveyor(Accounts, Groups);
    }

    /// <summary>The accounts, in the order of the configuration or source.</summary>
    public AccountState[] Accounts { get; }

    /// <summary>For each account its group; smaller groups are used first.</summary>
    public int[] Groups { get; }

    /// <summary>Knows which of them need not be looked at for each request.</summary>
    public Surveyor Surveyor { get; }

    /// <summary>Whether <paramref name="account"/> is one of them.</summary>
    public bool Contains(AccountState account) => _members.Contains(account);

    private static int GroupOf(Account account) => account.Priority == 0 ? int.MaxValue : account.Priority;

    private static int[] StrictOrder(AccountState[] accounts)
    {
        var groups = new int[accounts.Length];
        var ordered = Enumerable.Range(0, accounts.Length)
            .OrderBy(index => GroupOf(accounts[index].Account))
            .ThenByDescending(index => accounts[index].Account.Weight);
        var rank = 0;
        foreach (var index in ordered)
        {
            groups[index] = rank++;
        }

        return groups;
    }
}
