using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Built for version 2.0.0.0 of the contract.</summary>
public sealed class WrongContractPlugin : IPlugin
{
    public void Register(object registry)
    {
    }
}
