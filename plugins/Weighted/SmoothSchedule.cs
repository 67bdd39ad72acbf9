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
    // Past this many the absent are forgotten; they come back with neither credit nor debt.
    private const int MaxAbsent = 1000;

    private readonly Dictionary<string, long> _credits = new(StringComparer.Ordinal); // Of those present: as it was when they came.
    private readonly List<Share> _present = [];
    private long _totalWeight;

    /// <summary>Gives the next account its turn.</summary>
    /// <returns>Its index among <paramref name="candidates"/>.</returns>
    public int Next(ReadOnlySpan<Candidate> candidates)
    {
        if (candidates.Length == 1)
        {
            return 0; // It would earn what it pays.
        }

        if (!TryEarn(candidates, out var richest))
        {
            Meet(candidates);
            TryEarn(candidates, out richest);
        }

        CollectionsMarshal.AsSpan(_present)[richest].Credit -= _totalWeight;
        return richest;
    }

    // One walk for looking and earning.
    private bool TryEarn(ReadOnlySpan<Candidate> candidates, out int richest)
    {
        richest = 0;
        var present = CollectionsMarshal.AsSpan(_present);
        if (candidates.Length != present.Length)
        {
            return false;
        }

        var most = long.MinValue;
        for (var i = 0; i < present.Length; i++)
        {
            var candidate = candidates[i];
            ref var share = ref present[i];
            if (!share.IsOf(candidate.AccountId) || candidate.Weight != share.Weight)
            {
                TakeBack(present[..i]);
                return false;
            }

            share.Credit += share.Weight;
            if (share.Credit > most)
            {
                (most, richest) = (share.Credit, i);
            }
        }

        return true;
    }

    private static void TakeBack(Span<Share> shares)
    {
        foreach (ref var share in shares)
        {
            share.Credit -= share.Weight;
        }
    }

    private void Meet(ReadOnlySpan<Candidate> candidates)
    {
        foreach (var share in _present)
        {
            _credits[share.AccountId] = share.Credit;
        }

        _present.Clear();
        _totalWeight = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            var (id, weight) = (candidates[i].AccountId, candidates[i].Weight);
            _present.Add(new Share(id, weight, _credits.GetValueOrDefault(id)));
            _totalWeight += weight;
        }

        foreach (ref var share in CollectionsMarshal.AsSpan(_present))
        {
            share.Credit = Math.Clamp(share.Credit, -_totalWeight, _totalWeight);
        }

        if (_credits.Count > _present.Count + MaxAbsent)
        {
            _credits.Clear();
        }
    }
}
