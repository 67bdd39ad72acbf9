using BenchmarkDotNet.Attributes;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Micro;

/// <summary>One choice of a shipped balancer among 16 accounts.</summary>
public class PickBenchmarks
{
    private readonly List<Candidate> _candidates = Samples.Candidates(16);
    private ILoadBalancer _balancer = null!;

    [Params("round_robin", "weighted_round_robin", "random", "least_recently_used")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _balancer = Shipped.Balancer(Algorithm);

    [Benchmark]
    public Candidate? Pick() => _balancer.Pick(Samples.Request, _candidates);
}
