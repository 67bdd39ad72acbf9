using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RoundRobin;

/// <summary>Gives every account its turn, in the order of the configuration. Thread-safe.</summary>
internal sealed class RoundRobinLoadBalancer : ILoadBalancer
{
    private readonly Lock _lock = new();
    private readonly TurnOrder _order = new();

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        lock (_lock)
        {
            return candidates[_order.Next(candidates)];
        }
    }
}
