using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>One entry point too many.</summary>
public sealed class SecondEntry : IPlugin
{
    public void Register(IPluginRegistry registry)
    {
    }
}
