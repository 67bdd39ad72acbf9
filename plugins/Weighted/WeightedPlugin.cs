using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Weighted;

/// <summary>Offers <c>weighted_round_robin</c>.</summary>
public sealed class WeightedPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) =>
        registry.AddLoadBalancer("weighted_round_robin", _ => new WeightedLoadBalancer());
}
