using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.LeastRecentlyUsed;

/// <summary>Offers <c>least_recently_used</c>.</summary>
public sealed class LeastRecentlyUsedPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.AddLoadBalancer("least_recently_used", context => new LeastRecentlyUsedLoadBalancer(context.TimeProvider));
    }
}
