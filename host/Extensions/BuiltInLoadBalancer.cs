using ClaudeProxy.Usage;

namespace ClaudeProxy.Extensions;

/// <summary>The choice where no balancer can be asked: who reads the conversation's prompt cache, and of several such, or if there is none, the fewest
/// requests in flight for its weight, the first of equals.</summary>
internal sealed class BuiltInLoadBalancer : ILoadBalancer
{
    /// <summary>The one instance.</summary>
    public static BuiltInLoadBalancer Instance { get; } = new();

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        Candidate? best = null;
        var (isBestHome, least) = (false, double.PositiveInfinity);
        foreach (var candidate in candidates.AsSpan())
        {
            // With this request in flight too: so that among idle accounts the weight decides.
            var load = (candidate.InFlight + 1.0) / candidate.Weight;
            var isHome = request.Cached?.IsReadBy(candidate) == true;
            if (isHome == isBestHome ? load < least : isHome)
            {
                (best, isBestHome, least) = (candidate, isHome, load);
            }
        }

        return best;
    }
}
