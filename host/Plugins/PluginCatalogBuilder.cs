using ClaudeProxy.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Plugins;

/// <summary>Builds one <see cref="PluginCatalog"/>: shares what did not change, loads what did, keeps what broke.</summary>
/// <param name="previous">The catalog so far.</param>
/// <param name="logger">For what is new since then.</param>
internal sealed class PluginCatalogBuilder(PluginCatalog? previous, ILogger logger)
{
    private readonly PluginCatalog _previous = previous ?? PluginCatalog.Empty;
    private readonly Dictionary<string, Shared<LoadedPlugin>> _accepted = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<OfferKey, LoadedPlugin> _offers = [];
    private readonly List<string> _faults = [];

    /// <summary>Builds the catalog of <paramref name="folders"/>.</summary>
    public PluginCatalog Build(IReadOnlyList<string> folders)
    {
        var locations = PluginFolders.Find(folders, _faults);

        // First who is in force, so that nobody takes a name away from a plugin that works.
        var changed = locations.Where(location => !TryShare(location)).ToList();
        foreach (var location in changed.OrderBy(location => _previous.Find(location.Name) is null))
        {
            LoadOrKeep(location);
        }

        Report();
        return new PluginCatalog([.. locations.Select(location => _accepted.GetValueOrDefault(location.Name)).OfType<Shared<LoadedPlugin>>()], _faults);
    }

    private bool TryShare(PluginLocation location)
    {
        if (_previous.Find(location.Name) is not { } inForce || inForce.Value.File != location.MainAssembly
            || !PluginFiles.Match(location, inForce.Value.Fingerprint))
        {
            return false;
        }

        Accept(inForce.Value, inForce.AddReference);
        return true;
    }

    private void LoadOrKeep(PluginLocation location)
    {
        try
        {
            Load(PluginFiles.Read(location));
        }
        catch (PluginException exception)
        {
            logger.FaultCause(exception);
            if (_previous.Find(location.Name) is { } inForce && !inForce.Value.Offers.Any(_offers.ContainsKey))
            {
                Accept(inForce.Value, inForce.AddReference);
                _faults.Add($"{exception.Message} Version {inForce.Value.Version}, loaded before, stays in force.");
            }
            else
            {
                _faults.Add(exception.Message);
            }
        }
    }

    private void Load(PluginFiles files)
    {
        var plugin = LoadedPlugin.Load(files);
        try
        {
            Accept(plugin, () => new Shared<LoadedPlugin>(plugin));
        }
        catch (PluginException)
        {
            plugin.Dispose();
            throw;
        }

        logger.Loaded(plugin.Name, plugin.Version, plugin.File, string.Join(", ", plugin.Offers));
        string[] doubles = [.. files.Libraries.Where(HostAssemblies.Has)];
        if (doubles.Length > 0)
        {
            logger.BringsHostLibraries(plugin.Name, string.Join(", ", doubles));
        }
    }

    private void Accept(LoadedPlugin plugin, Func<Shared<LoadedPlugin>> share)
    {
        foreach (var key in plugin.Offers)
        {
            if (_offers.TryGetValue(key, out var other))
            {
                throw new PluginException($"Plugin '{plugin.File}' offers the {key}, which plugin '{other.File}' offers already; rename one of them.");
            }
        }

        foreach (var key in plugin.Offers)
        {
            _offers.Add(key, plugin);
        }

        _accepted.Add(plugin.Name, share());
    }

    private void Report()
    {
        foreach (var fault in _faults.Except(_previous.Faults, StringComparer.Ordinal))
        {
            logger.Fault(fault);
        }

        foreach (var gone in _previous.Plugins.Where(plugin => !_accepted.ContainsKey(plugin.Name)))
        {
            logger.Removed(gone.Name, gone.File);
        }
    }
}
