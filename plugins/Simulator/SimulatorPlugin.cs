using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Offers <c>simulator</c>: accounts whose upstreams run inside the process, without a key or a network.</summary>
public sealed class SimulatorPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.AddAccountSource("simulator", context => new SimulatorAccountSource(SimulatorOptions.Read(context.Settings), context));
    }
}
