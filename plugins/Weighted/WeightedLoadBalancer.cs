using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Weighted;

/// <summary>Gives every account turns in proportion to its weight, well mixed. Thread-safe.</summary>
internal sealed class WeightedLoadBalancer : ILoadBalancer
{
    private readonly Lock _lock = new();
    private readonly SmoothSchedule _schedule = new();

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        var all = candidates.AsSpan();
        lock (_lock)
        {
            return all[_schedule.Next(all)];
        }
    }
}
