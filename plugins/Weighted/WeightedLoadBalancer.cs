using System.Runtime.InteropServices;
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
        var all = SpanOf(candidates);
        lock (_lock)
        {
            return all[_schedule.Next(all)];
        }
    }

    // Without a call through the interface for each of them.
    private static ReadOnlySpan<Candidate> SpanOf(IReadOnlyList<Candidate> candidates) => candidates switch
    {
        List<Candidate> list => CollectionsMarshal.AsSpan(list),
        Candidate[] array => array,
        _ => candidates.ToArray(),
    };
}
