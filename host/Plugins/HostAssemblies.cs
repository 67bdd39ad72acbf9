using System.Reflection;

namespace ClaudeProxy.Plugins;

/// <summary>The assemblies that the host shares with every plugin: its own, the contract, the shared framework.</summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> s_paths = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the host has an assembly of that name.</summary>
    public static bool Has(string name) => s_paths.ContainsKey(name);

    /// <summary>The version of the host's assembly of that name, or <see langword="null"/> if it has none.</summary>
    public static Version? VersionOf(string name) =>
        s_paths.TryGetValue(name, out var path) ? AssemblyName.GetAssemblyName(path).Version : null;
}
