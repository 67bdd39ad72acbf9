using System.Reflection;

namespace ClaudeProxy.Plugins;

/// <summary>Loads a plugin's assembly so that it can be overwritten meanwhile and unloaded afterwards.</summary>
/// <remarks>Has the shape of <c>PluginLoader</c> in McMaster.NETCore.Plugins (create, load the default assembly, dispose), whose part it
/// plays with <c>IsUnloadable</c>, <c>LoadInMemory</c> and <c>PreferSharedTypes</c>: to use the package instead, rewrite this file.</remarks>
internal sealed class PluginLoader : IDisposable
{
    private readonly PluginLoadContext _context;

    private PluginLoader(PluginLoadContext context) => _context = context;

    /// <summary>Makes a loader; loads nothing yet.</summary>
    /// <exception cref="InvalidOperationException">The plugin's dependencies cannot be told.</exception>
    public static PluginLoader CreateFromFiles(PluginFiles files) => new(new PluginLoadContext(files));

    /// <summary>Loads the plugin's own assembly.</summary>
    public Assembly LoadDefaultAssembly() => _context.LoadMainAssembly();

    /// <summary>Lets the assemblies go as soon as nothing refers to them any more.</summary>
    public void Dispose() => _context.Unload();
}
