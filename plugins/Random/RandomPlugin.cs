using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Random;

/// <summary>Offers <c>random</c>, with the setting <c>seed</c> for a sequence that can be repeated.</summary>
public sealed class RandomPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) =>
        registry.AddLoadBalancer("random", context =>
            new RandomLoadBalancer(new System.Random(context.Settings.GetInt32("seed", otherwise: context.Random.Next()))));
}
