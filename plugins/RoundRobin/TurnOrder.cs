using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RoundRobin;

/// <summary>The order in which accounts take turns, and whose turn was last.</summary>
/// <remarks>
/// A turn belongs to an account, not to a position among the candidates: a counter would skip an account each time another leaves.
/// So the order also remembers the accounts that are absent for now, between the neighbours they had.
/// Without allocations while it meets only accounts it knows, in the order it knows.
/// </remarks>
internal sealed class TurnOrder
{
    // Past this many the absent ones are forgotten: should they come back, the candidates tell their place.
    private const int MaxAbsent = 1000;

    private string[] _order = [];
    private int _last = -1;
    private int _lastIndex;

    /// <summary>Gives the next account its turn.</summary>
    /// <returns>Its index among <paramref name="candidates"/>.</returns>
    public int Next(IReadOnlyList<Candidate> candidates)
    {
        if (TryNextNeighbour(candidates, out var index) || TryNextKnown(candidates, out index))
        {
            return index;
        }

        Learn(candidates);
        return TryNextKnown(candidates, out index) ? index : 0;
    }

    // The common case, whatever the number of accounts: whose turn was last is where it was, and so the next one follows it.
    private bool TryNextNeighbour(IReadOnlyList<Candidate> candidates, out int index)
    {
        index = _lastIndex + 1 < candidates.Count ? _lastIndex + 1 : 0;
        if (_last < 0 || _lastIndex >= candidates.Count || candidates[_lastIndex].AccountId != _order[_last])
        {
            return false;
        }

        var (id, place) = (candidates[index].AccountId, index == 0 ? 0 : _last + 1);
        while (place < _order.Length && _order[place] != id)
        {
            place++;
        }

        if (place >= _order.Length)
        {
            return false;
        }

        (_last, _lastIndex) = (place, index);
        return true;
    }

    // Walks the candidates and the order side by side: the first candidate behind the last turn is next, or else the first of all.
    private bool TryNextKnown(IReadOnlyList<Candidate> candidates, out int index)
    {
        index = 0;
        var first = -1;
        var next = -1;
        for (int i = 0, place = 0; i < candidates.Count; i++, place++)
        {
            var id = candidates[i].AccountId;
            while (place < _order.Length && _order[place] != id)
            {
                place++;
            }

            if (place >= _order.Length)
            {
                return false;
            }

            first = i == 0 ? place : first;
            if (next < 0 && place > _last)
            {
                (next, index) = (place, i);
            }
        }

        (_last, _lastIndex) = (next < 0 ? first : next, index);
        return true;
    }

    // The candidates' order is the configuration's; whoever is absent stays behind the neighbour it followed.
    private void Learn(IReadOnlyList<Candidate> candidates)
    {
        var lastTurn = _last < 0 ? null : _order[_last];
        string[] ids = [.. candidates.Select(candidate => candidate.AccountId)];
        var present = ids.ToHashSet(StringComparer.Ordinal);
        var forget = _order.Length - _order.Count(present.Contains) > MaxAbsent;
        var absent = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var neighbour = "";
        foreach (var id in _order)
        {
            if (present.Contains(id))
            {
                neighbour = id;
            }
            else if (!forget || id == lastTurn)
            {
                (absent.TryGetValue(neighbour, out var followers) ? followers : absent[neighbour] = []).Add(id);
            }
        }

        _order = [.. absent.GetValueOrDefault("", []), .. ids.SelectMany(id => absent.GetValueOrDefault(id, []).Prepend(id))];
        _last = lastTurn is null ? -1 : Array.IndexOf(_order, lastTurn);
    }
}
