using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.LeastRecentlyUsed;

/// <summary>Takes the account that nobody has used for longest, whoever used it last: this balancer, or others that its source knows of.
/// Thread-safe.</summary>
/// <remarks>A source learns of a use much later, and the host a moment later. So the balancer remembers its own picks: requests that come
/// together each get another account.</remarks>
internal sealed class LeastRecentlyUsedLoadBalancer(TimeProvider timeProvider) : ILoadBalancer
{
    private readonly Lock _lock = new();
    private readonly UseOrder _order = new();

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        var now = timeProvider.GetUtcNow();
        var all = candidates.AsSpan();
        lock (_lock)
        {
            return all[_order.Next(all, now)];
        }
    }
}
