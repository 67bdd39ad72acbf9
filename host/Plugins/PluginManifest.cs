using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ClaudeProxy.Plugins;

/// <summary>What a plugin's assembly says of itself, read without loading it.</summary>
/// <param name="ContractVersion">The version of the contract that it was built for.</param>
internal sealed record PluginManifest(Version ContractVersion)
{
    private static readonly AssemblyName s_contract = typeof(IPlugin).Assembly.GetName();

    /// <summary>Reads the manifest and compares it with what the host offers.</summary>
    /// <exception cref="PluginException">The assembly cannot run in this host.</exception>
    public static PluginManifest Read(PluginFiles files)
    {
        var file = files.Location.MainAssembly;
        var references = ReadReferences(file, files.MainAssembly);
        var contract = references.FirstOrDefault(reference => reference.Name == s_contract.Name)?.Version
            ?? throw new PluginException($"Plugin '{file}' does not use {s_contract.Name}; it needs exactly one public class that implements IPlugin.");
        if (contract.Major != s_contract.Version!.Major || contract > s_contract.Version)
        {
            throw new PluginException($"Plugin '{file}' was built for {s_contract.Name} {contract}; this host offers {s_contract.Version}. "
                + "Rebuild the plugin against the host's version.");
        }

        foreach (var reference in references)
        {
            Check(reference, files);
        }

        return new PluginManifest(contract);
    }

    private static void Check(AssemblyName reference, PluginFiles files)
    {
        var offered = HostAssemblies.VersionOf(reference.Name!);
        if (offered is null && !files.Libraries.Contains(reference.Name))
        {
            throw new PluginException($"Plugin '{files.Location.MainAssembly}' needs {reference.Name}.dll, which is neither in its folder nor part of this host. "
                + "Copy all of the plugin's build output into its folder.");
        }

        if (offered is not null && reference.Version > offered)
        {
            throw new PluginException($"Plugin '{files.Location.MainAssembly}' was built for {reference.Name} {reference.Version}; this host, which lends "
                + $"plugins its own, has {offered}. Rebuild the plugin against that version or an older one.");
        }
    }

    private static List<AssemblyName> ReadReferences(string file, byte[] image)
    {
        try
        {
            using var executable = new PEReader(new MemoryStream(image, writable: false));
            var metadata = executable.GetMetadataReader();
            return [.. metadata.AssemblyReferences.Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName())];
        }
        catch (Exception exception) when (exception is BadImageFormatException or InvalidOperationException)
        {
            throw new PluginException($"Plugin '{file}' is not a .NET assembly.", exception);
        }
    }
}
