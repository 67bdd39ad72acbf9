using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers balancers that cannot be made, or not be disposed of.</summary>
public sealed class FactoryFaultsPlugin : IPlugin
{
    public void Register(IPluginRegistry registry)
    {
        registry.AddLoadBalancer("factory_throws", _ => throw new InvalidOperationException("out of luck"));
        registry.AddLoadBalancer("factory_returns_null", _ => null!);
        registry.AddLoadBalancer("dispose_throws", _ => new Stubborn());
    }

    private sealed class Stubborn : ILoadBalancer, IDisposable
    {
        public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => candidates[0];

        public void Dispose() => throw new InvalidOperationException("I stay");
    }
}
