using System.Diagnostics.CodeAnalysis;
using ClaudeProxy.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Plugins;

/// <summary>The plugins that some folders hold, loaded; dispose it to let go of them. Immutable, thread-safe.</summary>
/// <remarks>A plugin stays loaded until the last catalog and the last <see cref="PluginInstance{T}"/> have let go of it.</remarks>
internal sealed class PluginCatalog : IAsyncDisposable
{
    private readonly IReadOnlyList<Shared<LoadedPlugin>> _plugins;
    private readonly Dictionary<OfferKey, Shared<LoadedPlugin>> _offers;
    private int _disposed;

    /// <summary>Takes over one reference to each of <paramref name="plugins"/>, no two of which offer the same.</summary>
    internal PluginCatalog(IReadOnlyList<Shared<LoadedPlugin>> plugins, IReadOnlyList<string> faults)
    {
        _plugins = plugins;
        _offers = plugins.SelectMany(plugin => plugin.Value.Offers, KeyValuePair.Create).ToDictionary(pair => pair.Value, pair => pair.Key);
        Faults = faults;
    }

    /// <summary>A catalog without plugins.</summary>
    public static PluginCatalog Empty => new([], []);

    /// <summary>The plugins in force, in the order of their folders and names.</summary>
    public IEnumerable<LoadedPlugin> Plugins => _plugins.Select(plugin => plugin.Value);

    /// <summary>A sentence for each plugin that is not in force, or not in the version that lies in the folder.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Loads what is in <paramref name="folders"/>.</summary>
    /// <param name="folders">The folders; one need not exist. A plugin in a later folder replaces the one of the same name in an earlier one.</param>
    /// <param name="previous">The catalog so far: what did not change is shared with it, and what does not load any more stays in
    /// force as it was. Neither disposed nor changed; not to be disposed meanwhile.</param>
    /// <param name="loggers">For what is new since <paramref name="previous"/>.</param>
    public static PluginCatalog Load(IReadOnlyList<string> folders, PluginCatalog? previous, ILoggerFactory loggers) =>
        new PluginCatalogBuilder(previous, loggers.CreateLogger<PluginCatalog>()).Build(folders);

    /// <summary>Finds the load balancer that <c>algorithm</c> names.</summary>
    public bool TryGetLoadBalancer(string name, [NotNullWhen(true)] out PluginOffer<ILoadBalancer>? offer) =>
        TryGet(new OfferKey(OfferKey.LoadBalancer, name), out offer);

    /// <summary>Finds the account source that <c>accounts.source</c> names.</summary>
    public bool TryGetAccountSource(string name, [NotNullWhen(true)] out PluginOffer<IAccountSource>? offer) =>
        TryGet(new OfferKey(OfferKey.AccountSource, name), out offer);

    /// <summary>Finds the failover policy that <c>policy</c> names.</summary>
    public bool TryGetFailoverPolicy(string name, [NotNullWhen(true)] out PluginOffer<IFailoverPolicy>? offer) =>
        TryGet(new OfferKey(OfferKey.FailoverPolicy, name), out offer);

    /// <summary>The names of all that is offered of one kind (a constant of <see cref="OfferKey"/>), in order.</summary>
    public IReadOnlyList<string> NamesOf(string kind) =>
        [.. _offers.Keys.Where(key => key.Kind == kind).Select(key => key.Name).Order(StringComparer.Ordinal)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            foreach (var plugin in _plugins)
            {
                await plugin.Release();
            }
        }
    }

    /// <summary>The plugin of that name if it is in force, lent.</summary>
    internal Shared<LoadedPlugin>? Find(string name) =>
        _plugins.FirstOrDefault(plugin => PluginFolders.IsSameName(plugin.Value.Name, name));

    private bool TryGet<T>(OfferKey key, [NotNullWhen(true)] out PluginOffer<T>? offer)
        where T : class
    {
        offer = _offers.TryGetValue(key, out var plugin) ? new PluginOffer<T>(key, plugin) : null;
        return offer is not null;
    }
}
