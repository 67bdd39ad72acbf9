using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RoundRobin;

/// <summary>Offers <c>round_robin</c>.</summary>
public sealed class RoundRobinPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) =>
        registry.AddLoadBalancer("round_robin", _ => new RoundRobinLoadBalancer());
}
