using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers <c>blocks_in_pick</c>, which never answers.</summary>
public sealed class BlocksInPickPlugin : IPlugin, ILoadBalancer
{
    public void Register(IPluginRegistry registry) => registry.AddLoadBalancer("blocks_in_pick", _ => this);

    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        using var never = new ManualResetEventSlim();
        never.Wait();
        return candidates[0];
    }
}
