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
        var index = IndexOf(field, accountId);
        var place = index; // The absent push it backwards in the roster, never forwards.
        return index < 0 ? null : new Choice(field[index], field.SeatOf(index, ref place).Entry);
    }

    private static int IndexOf(Field field, string accountId)
    {
        // The same string, as a rule: no need to compare it with others letter by letter.
        for (var i = 0; i < field.Count; i++)
        {
            if (ReferenceEquals(field[i].AccountId, accountId))
            {
                return i;
            }
        }

        for (var i = 0; i < field.Count; i++)
        {
            if (field[i].AccountId == accountId)
            {
                return i;
            }
        }

        return -1;
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
                least = new Choice(candidate, field.SeatOf(i, ref place).Entry);
            }
        }

        return least;
    }
}
