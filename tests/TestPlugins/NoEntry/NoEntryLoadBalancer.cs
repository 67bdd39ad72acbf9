using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>A balancer that nobody registers: its assembly has no <see cref="IPlugin"/>.</summary>
public sealed class NoEntryLoadBalancer : ILoadBalancer
{
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => candidates[0];
}
