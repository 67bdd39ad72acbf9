using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Takes the account with the fewest requests in flight for its weight, the first of equals.</summary>
public sealed class LeastRequestsLoadBalancer : ILoadBalancer
{
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) =>
        candidates.MinBy(candidate => (candidate.InFlight + 1.0) / candidate.Weight);
}
