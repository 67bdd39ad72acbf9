using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>One entry point.</summary>
public sealed class FirstEntry : IPlugin
{
    public void Register(IPluginRegistry registry)
    {
    }
}
