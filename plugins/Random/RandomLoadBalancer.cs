using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Random;

/// <summary>Takes any account, each with the same chance, whatever its weight. Thread-safe.</summary>
/// <param name="random">The source of chance; used by this balancer alone.</param>
internal sealed class RandomLoadBalancer(System.Random random) : ILoadBalancer
{
    private readonly Lock _lock = new();

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        lock (_lock)
        {
            return candidates[random.Next(candidates.Count)];
        }
    }
}
