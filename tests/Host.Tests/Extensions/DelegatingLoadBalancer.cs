using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Extensions;

/// <summary>A balancer that does what the test says.</summary>
internal sealed class DelegatingLoadBalancer(Func<IReadOnlyList<Candidate>, Candidate?> pick) : ILoadBalancer
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        Interlocked.Increment(ref _calls);
        return pick(candidates);
    }
}
