using System.Text.Json;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Micro;

/// <summary>The load balancers that ship, loaded from their folders as the host loads them.</summary>
internal static class Shipped
{
    private static readonly PluginCatalog s_catalog =
        PluginCatalog.Load([Path.Combine(AppContext.BaseDirectory, "plugins")], previous: null, NullLoggerFactory.Instance);

    /// <summary>Makes the balancer of that name, with its settings unset.</summary>
    public static ILoadBalancer Balancer(string name)
    {
        if (!s_catalog.TryGetLoadBalancer(name, out var offer))
        {
            throw new InvalidOperationException($"There is no {name}. {string.Join(' ', s_catalog.Faults)}");
        }

        var context = new PluginContext(new PluginSettings(name, default(JsonElement)), NullLogger.Instance, TimeProvider.System, new Random(1));
        return offer.CreateAsync(context).AsTask().GetAwaiter().GetResult().Value; // A factory does not wait.
    }
}
