using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Finds the account that reads what is cached of a conversation.</summary>
internal static class Home
{
    /// <summary>A sibling has clearly less to do if it would have with so many requests more.</summary>
    private const int ClearlyLess = 2;

    /// <summary>The account that served the conversation last, or one that shares its cache: if the former is not there, or has clearly more in
    /// flight. <see langword="null"/> if no candidate reads the cache.</summary>
    public static Choice? Find(Field field, CachedPrompt cached)
    {
        var last = FindLast(field, cached.AccountId);
        if (last is { Candidate.InFlight: <= ClearlyLess })
        {
            return last;
        }

        var sibling = FindSibling(field, cached);
        return last is not { Candidate: { } own } ? sibling
            : sibling is { Candidate: { } other } && (long)own.InFlight * other.Weight > ((long)other.InFlight + ClearlyLess) * own.Weight ? sibling
            : last;
    }

    private static Choice? FindLast(Field field, string accountId)
    {
        for (var i = 0; i < field.Count; i++)
        {
            if (field[i].AccountId == accountId)
            {
                // The absent push it backwards in the roster, never forwards.
                var place = i;
                return new Choice(field[i], field.EntryOf(i, ref place));
            }
        }

        return null;
    }

    private static Choice? FindSibling(Field field, CachedPrompt cached)
    {
        Choice? least = null;
        for (int i = 0, place = 0; i < field.Count; i++)
        {
            var candidate = field[i];
            if (candidate.CacheId == cached.CacheId && candidate.AccountId != cached.AccountId
                && (least is not { Candidate: { } other } || (long)candidate.InFlight * other.Weight < (long)other.InFlight * candidate.Weight))
            {
                least = new Choice(candidate, field.EntryOf(i, ref place));
            }
        }

        return least;
    }
}
