using System.Runtime.InteropServices;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Weighted;

/// <summary>nginx's smooth weighted round robin: on each turn everybody earns its weight, and who has most pays for the turn.</summary>
/// <remarks>
/// While candidates and weights stay the same, every run of as many turns as the sum of the weights is exact, and nobody is ever a whole
/// turn ahead of its share. An account that is absent keeps its credit. Unlike nginx, nobody carries more than one turn's credit or debt
/// over to other candidates or weights: what was little beside a weight of 1000 would be hundreds of turns beside a weight of 1.
/// Without allocations while it meets only accounts it knows.
/// </remarks>
internal sealed class SmoothSchedule
{
    // Past this many the absent accounts are forgotten; they come back with neither credit nor debt.
    private const int MaxAbsent = 1000;

    private readonly Dictionary<string, Share> _known = new(StringComparer.Ordinal);
    private readonly List<Share> _present = [];
    private long _totalWeight;

    /// <summary>Gives the next account its turn.</summary>
    /// <returns>Its index among <paramref name="candidates"/>.</returns>
    public int Next(IReadOnlyList<Candidate> candidates)
    {
        if (candidates.Count == 1)
        {
            return 0; // It would earn what it pays.
        }

        if (!IsPresent(candidates))
        {
            Meet(candidates);
        }

        var present = CollectionsMarshal.AsSpan(_present);
        var richest = 0;
        for (var i = 0; i < present.Length; i++)
        {
            present[i].Credit += present[i].Weight;
            if (present[i].Credit > present[richest].Credit)
            {
                richest = i;
            }
        }

        present[richest].Credit -= _totalWeight;
        return richest;
    }

    private bool IsPresent(IReadOnlyList<Candidate> candidates)
    {
        var present = CollectionsMarshal.AsSpan(_present);
        if (candidates.Count != present.Length)
        {
            return false;
        }

        for (var i = 0; i < present.Length; i++)
        {
            var candidate = candidates[i];
            if (candidate.AccountId != present[i].AccountId || candidate.Weight != present[i].Weight)
            {
                return false;
            }
        }

        return true;
    }

    private void Meet(IReadOnlyList<Candidate> candidates)
    {
        _present.Clear();
        _totalWeight = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            var id = candidates[i].AccountId;
            if (!_known.TryGetValue(id, out var share))
            {
                _known.Add(id, share = new Share(id));
            }

            share.Weight = candidates[i].Weight;
            _totalWeight += share.Weight;
            _present.Add(share);
        }

        foreach (var share in _present)
        {
            share.Credit = Math.Clamp(share.Credit, -_totalWeight, _totalWeight);
        }

        if (_known.Count - _present.Count > MaxAbsent)
        {
            _known.Clear();
            _present.ForEach(share => _known.Add(share.AccountId, share));
        }
    }
}
