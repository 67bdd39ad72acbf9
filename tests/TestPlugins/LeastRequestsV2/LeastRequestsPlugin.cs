using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers <c>least_requests</c>.</summary>
public sealed class LeastRequestsPlugin : IPlugin
{
    public void Register(IPluginRegistry registry) =>
        registry.AddLoadBalancer("least_requests", _ => new LeastRequestsLoadBalancer());
}
