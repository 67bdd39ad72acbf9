using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.LeastRecentlyUsed;

/// <summary>Takes the account that nobody has used for longest, whoever used it last: this balancer, or others that its source knows of.
/// Thread-safe.</summary>
/// <remarks>A source learns of a use much later, and the host a moment later. So the balancer remembers its own picks: requests that come
/// together each get another account.</remarks>
internal sealed class LeastRecentlyUsedLoadBalancer(TimeProvider timeProvider) : ILoadBalancer
{
    private const long Never = long.MinValue;

    // Past this many, those that are absent are forgotten: if they come back, the host still knows when they were used.
    private const int MaxAbsent = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _picks = new(StringComparer.Ordinal);
    private long _lastPick;

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        lock (_lock)
        {
            var picked = candidates[0];
            var oldest = UseOf(picked);
            for (var i = 1; i < candidates.Count; i++)
            {
                // Of equals the first: the order of the configuration or source decides.
                var use = UseOf(candidates[i]);
                if (use < oldest)
                {
                    (picked, oldest) = (candidates[i], use);
                }
            }

            Remember(picked, candidates);
            return picked;
        }
    }

    private long UseOf(Candidate candidate)
    {
        var known = candidate.LastUsed?.UtcTicks ?? Never;
        return _picks.TryGetValue(candidate.AccountId, out var own) && own > known ? own : known;
    }

    private void Remember(Candidate picked, IReadOnlyList<Candidate> candidates)
    {
        // No two picks are equally old, not even within one tick of the clock.
        _lastPick = Math.Max(timeProvider.GetUtcNow().UtcTicks, _lastPick + 1);
        _picks[picked.AccountId] = _lastPick;
        if (_picks.Count > candidates.Count + MaxAbsent)
        {
            ForgetAbsent(candidates);
        }
    }

    private void ForgetAbsent(IReadOnlyList<Candidate> candidates)
    {
        var present = candidates.Select(candidate => candidate.AccountId).ToHashSet(StringComparer.Ordinal);
        foreach (var id in _picks.Keys.Where(id => !present.Contains(id)))
        {
            _picks.Remove(id);
        }
    }
}
