using BenchmarkDotNet.Attributes;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Micro;

/// <summary>One choice of a shipped balancer.</summary>
public class PickBenchmarks
{
    private List<Candidate> _candidates = null!;
    private ILoadBalancer _balancer = null!;

    [Params(16, 10_000)]
    public int Accounts { get; set; }

    [Params("round_robin", "weighted_round_robin", "random", "least_recently_used")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _candidates = Samples.Candidates(Accounts);
        _balancer = Shipped.Balancer(Algorithm);
    }

    [Benchmark]
    public Candidate? Pick() => _balancer.Pick(Samples.Request, _candidates);
}
