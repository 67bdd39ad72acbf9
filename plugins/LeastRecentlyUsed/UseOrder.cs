using System.Runtime.InteropServices;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.LeastRecentlyUsed;

/// <summary>Tells which account nobody has used for longest, and remembers what was picked.</summary>
/// <remarks>Without a look-up or an allocation while the candidates stay the same.</remarks>
internal sealed class UseOrder
{
    private const long Never = long.MinValue;

    // Past this many, those that are absent are forgotten: if they come back, the host still knows when they were used.
    private const int MaxAbsent = 1000;

    private readonly Dictionary<string, long> _picks = new(StringComparer.Ordinal); // Of those present: as it was when they came.
    private readonly List<OwnPick> _present = [];
    private long _lastPick;

    /// <summary>Picks the one that was used first, and notes that.</summary>
    /// <returns>Its index among <paramref name="candidates"/>.</returns>
    public int Next(ReadOnlySpan<Candidate> candidates, DateTimeOffset now)
    {
        if (!TryFind(candidates, out var oldest))
        {
            Meet(candidates);
            TryFind(candidates, out oldest);
        }

        // No two picks are equally old, not even within one tick of the clock.
        _lastPick = Math.Max(now.UtcTicks, _lastPick + 1);
        CollectionsMarshal.AsSpan(_present)[oldest].Ticks = _lastPick;
        return oldest;
    }

    private bool TryFind(ReadOnlySpan<Candidate> candidates, out int oldest)
    {
        oldest = 0;
        var present = CollectionsMarshal.AsSpan(_present);
        if (candidates.Length != present.Length)
        {
            return false;
        }

        var earliest = long.MaxValue;
        for (var i = 0; i < present.Length; i++)
        {
            ref var own = ref present[i];
            var candidate = candidates[i];
            if (!own.IsOf(candidate.AccountId))
            {
                return false;
            }

            // Others can only have used it later than this balancer knows. Of equals the first: the order of the configuration or source decides.
            if (own.Ticks < earliest && Math.Max(own.Ticks, candidate.LastUsed?.UtcTicks ?? Never) is var use && use < earliest)
            {
                (earliest, oldest) = (use, i);
            }
        }

        return true;
    }

    private void Meet(ReadOnlySpan<Candidate> candidates)
    {
        foreach (var (accountId, ticks) in _present)
        {
            _picks[accountId] = ticks;
        }

        _present.Clear();
        foreach (var candidate in candidates)
        {
            _present.Add(new OwnPick(candidate.AccountId, _picks.GetValueOrDefault(candidate.AccountId, Never)));
        }

        if (_picks.Count > _present.Count + MaxAbsent)
        {
            _picks.Clear();
        }
    }
}
