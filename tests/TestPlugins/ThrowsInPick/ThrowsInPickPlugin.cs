using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers <c>throws_in_pick</c>, which throws each time it is asked.</summary>
public sealed class ThrowsInPickPlugin : IPlugin, ILoadBalancer
{
    public void Register(IPluginRegistry registry) => registry.AddLoadBalancer("throws_in_pick", _ => this);

    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => throw new InvalidOperationException("no idea whom to take");
}
