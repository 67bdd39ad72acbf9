using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Offers <c>session_affinity</c>.</summary>
public sealed class SessionAffinityPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.AddLoadBalancer("session_affinity", context =>
            new SessionAffinityLoadBalancer(AffinityOptions.Read(context.Settings), context.TimeProvider, context.Random));
    }
}
