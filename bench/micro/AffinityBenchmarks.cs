using BenchmarkDotNet.Attributes;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Micro;

/// <summary>One choice of <c>session_affinity</c> among 16 accounts.</summary>
public class AffinityBenchmarks
{
    private readonly List<Candidate> _candidates = Samples.Candidates(16);
    private readonly List<Candidate> _withoutOne = Samples.Candidates(0);
    private readonly RequestFacts _pinned;
    private readonly RequestFacts _agent = Samples.Request with { AgentId = "agent-1" };
    private readonly RequestFacts[] _new = [.. Enumerable.Range(1, 4096).Select(number => Samples.Request with { Conversation = (ulong)number << 32 })];
    private readonly ILoadBalancer _balancer = Shipped.Balancer("session_affinity");

    private int _next;

    public AffinityBenchmarks()
    {
        var home = _candidates[9].AccountId;
        _pinned = Samples.Request with { Cached = new CachedPrompt(home, home, 90_000, DateTimeOffset.MaxValue) };
        _withoutOne.AddRange(_candidates.Where((_, index) => index != 3));
    }

    /// <summary>Its prefix is cached by the tenth account.</summary>
    [Benchmark]
    public Candidate? Pinned() => _balancer.Pick(_pinned, _candidates);

    /// <summary>The same while another account rests.</summary>
    [Benchmark]
    public Candidate? PinnedWithoutOne() => _balancer.Pick(_pinned, _withoutOne);

    /// <summary>A new conversation.</summary>
    [Benchmark]
    public Candidate? Unpinned() => _balancer.Pick(_new[_next++ & 4095], _candidates);

    /// <summary>A new sub-agent.</summary>
    [Benchmark]
    public Candidate? Agent() => _balancer.Pick(_agent, _candidates);
}
