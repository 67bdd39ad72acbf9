using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers something, and fails before it is done.</summary>
public sealed class ThrowsInRegisterPlugin : IPlugin
{
    public void Register(IPluginRegistry registry)
    {
        registry.AddLoadBalancer("half_registered", _ => throw new NotSupportedException());
        throw new InvalidOperationException("the moon is not full");
    }
}
