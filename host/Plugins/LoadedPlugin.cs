using System.Reflection;

namespace ClaudeProxy.Plugins;

/// <summary>A plugin whose assembly is loaded and has registered; dispose it to unload. Thread-safe.</summary>
internal sealed class LoadedPlugin : IDisposable
{
    private readonly PluginLoader _loader;
    private IReadOnlyDictionary<OfferKey, Func<PluginContext, object>> _factories;

    private LoadedPlugin(
        PluginFiles files, PluginManifest manifest, PluginLoader loader, IReadOnlyDictionary<OfferKey, Func<PluginContext, object>> factories, string version)
    {
        _loader = loader;
        _factories = factories;
        Name = files.Location.Name;
        File = files.Location.MainAssembly;
        Fingerprint = files.Fingerprint;
        Version = version;
        ContractVersion = manifest.ContractVersion;
        Offers = [.. factories.Keys];
    }

    /// <summary>The plugin's name: that of its folder and of its assembly.</summary>
    public string Name { get; }

    /// <summary>Full path of its assembly.</summary>
    public string File { get; }

    /// <summary>What its files were when they were read.</summary>
    public string Fingerprint { get; }

    /// <summary>Its own version.</summary>
    public string Version { get; }

    /// <summary>The version of the contract that it was built for.</summary>
    public Version ContractVersion { get; }

    /// <summary>What it offers; at least one.</summary>
    public IReadOnlyList<OfferKey> Offers { get; }

    /// <summary>Loads a plugin and lets it register.</summary>
    /// <exception cref="PluginException">It cannot be used; nothing of it stays loaded.</exception>
    public static LoadedPlugin Load(PluginFiles files)
    {
        var manifest = PluginManifest.Read(files);
        PluginLoader? loader = null;
        try
        {
            loader = PluginLoader.CreateFromFiles(files);
            var assembly = loader.LoadDefaultAssembly();
            var factories = PluginEntry.Register(assembly, files.Location.MainAssembly);
            return new LoadedPlugin(files, manifest, loader, factories, VersionOf(assembly));
        }
        catch (Exception exception)
        {
            loader?.Dispose();
            throw exception as PluginException
                ?? PluginException.Because($"Plugin '{files.Location.MainAssembly}' cannot be loaded", exception);
        }
    }

    /// <summary>Calls the factory of <paramref name="key"/>.</summary>
    public object Create(OfferKey key, PluginContext context) => _factories[key](context);

    /// <inheritdoc />
    public void Dispose()
    {
        _factories = new Dictionary<OfferKey, Func<PluginContext, object>>();
        _loader.Dispose();
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString()
        ?? "0.0.0";
}
