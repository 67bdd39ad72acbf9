using ClaudeProxy.Extensions;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Accounts;

/// <summary>Finds who reads what is cached of a conversation.</summary>
internal static class CacheReaders
{
    /// <summary>Whether one of <paramref name="candidates"/> reads it.</summary>
    /// <param name="cached">What is cached.</param>
    /// <param name="candidates">The candidates.</param>
    /// <param name="last">The account that served it last, if there still is one: a reader, as a rule, and found without a look at the others.</param>
    public static bool IsReadByAny(this CachedPrompt cached, CandidateList candidates, AccountState? last)
    {
        if (last is not null && candidates.Holds(last))
        {
            return true;
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            if (cached.IsReadBy(candidates[i]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The accounts of <paramref name="set"/> that read it and may serve <paramref name="model"/>, in the groups up to <paramref name="group"/>.</summary>
    public static AccountState[] ReadersIn(this CachedPrompt cached, AccountSet set, string? model, int group) =>
    [
        .. set.Accounts.Where((account, index) =>
            set.Groups[index] <= group && (account.AccountId == cached.AccountId || cached.IsReadBy(account)) && account.Serves(model)),
    ];
}
