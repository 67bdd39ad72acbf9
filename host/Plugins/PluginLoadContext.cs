using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace ClaudeProxy.Plugins;

/// <summary>Resolves what a plugin refers to: what the host has is shared, the rest comes from the plugin's files.</summary>
/// <remarks>Host first, because a second copy of a shared library would be a different <c>ILogger</c>.</remarks>
[DebuggerDisplay("{Name}")]
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly PluginFiles _files;
    private readonly AssemblyDependencyResolver _resolver;
    private readonly NativeLibraries _natives = new();

    /// <summary>Makes an empty context.</summary>
    /// <exception cref="InvalidOperationException">The plugin's <c>.deps.json</c> is broken, or names a file that is missing.</exception>
    public PluginLoadContext(PluginFiles files)
        : base(files.Location.Name, isCollectible: true)
    {
        _files = files;
        _resolver = new AssemblyDependencyResolver(files.Location.MainAssembly);
        Unloading += _ => _natives.Dispose();
    }

    /// <summary>Loads the plugin's own assembly.</summary>
    public Assembly LoadMainAssembly() => LoadFromBytes(_files.Location.MainAssembly)!;

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is not { } name || HostAssemblies.Has(name))
        {
            return null; // The default context has it.
        }

        // The resolver knows the plugin's .deps.json, but not a file that has been deleted since.
        return LoadFromBytes(_resolver.ResolveAssemblyToPath(assemblyName)
            ?? Path.Combine(_files.Location.Folder, assemblyName.CultureName ?? "", name + ".dll"));
    }

    /// <inheritdoc />
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        var path = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) ?? NativeLibraries.Find(_files.Location.Folder, unmanagedDllName);
        return path is null ? 0 : LoadUnmanagedDllFromPath(_natives.CopyOf(path)); // If not here, the system may have it.
    }

    private Assembly? LoadFromBytes(string path)
    {
        if (_files.Find(path) is not { } image)
        {
            return null;
        }

        var symbols = _files.Find(Path.ChangeExtension(path, ".pdb"));
        return LoadFromStream(new MemoryStream(image, writable: false), symbols is null ? null : new MemoryStream(symbols, writable: false));
    }
}
