namespace ClaudeProxy.Plugins;

/// <summary>Finds plugins by convention: <c>&lt;Name&gt;/&lt;Name&gt;.dll</c>, or a single <c>&lt;Name&gt;.dll</c>.</summary>
internal static class PluginFolders
{
    /// <summary>The plugins in <paramref name="folders"/>, folder by folder, each by name.</summary>
    /// <param name="folders">The folders; one that does not exist holds no plugins. A plugin in a later one replaces, whole, the
    /// plugin of the same name in an earlier one.</param>
    /// <param name="faults">Takes a sentence for everything that looks like a plugin and is none. A folder without any assembly does not look like
    /// one: it may hold a plugin's sources.</param>
    public static IReadOnlyList<PluginLocation> Find(IReadOnlyList<string> folders, ICollection<string> faults)
    {
        var found = new List<PluginLocation>();
        foreach (var folder in folders.Select(FullPath).Distinct(StringComparer.Ordinal).Where(Directory.Exists))
        {
            try
            {
                var here = FindIn(folder, faults);
                found.RemoveAll(earlier => here.Exists(plugin => IsSameName(plugin.Name, earlier.Name)));
                found.AddRange(here);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                faults.Add($"Plugin folder '{folder}' cannot be read: {exception.Message}");
            }
        }

        return found;
    }

    /// <summary>Whether two plugins could not lie side by side on every file system.</summary>
    public static bool IsSameName(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static List<PluginLocation> FindIn(string folder, ICollection<string> faults)
    {
        var found = new List<PluginLocation>();
        foreach (var path in Directory.EnumerateDirectories(folder).Where(IsVisible).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var assembly = Path.Combine(path, name + ".dll");
            if (File.Exists(assembly))
            {
                found.Add(new PluginLocation(name, assembly, OwnsFolder: true));
            }
            else if (Directory.EnumerateFiles(path, "*.dll").Any())
            {
                faults.Add($"Plugin folder '{path}' has no {name}.dll; give the folder the name of the plugin's assembly.");
            }
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*.dll").Where(IsVisible).Order(StringComparer.Ordinal))
        {
            var single = new PluginLocation(Path.GetFileNameWithoutExtension(path), path, OwnsFolder: false);
            if (found.Find(plugin => IsSameName(plugin.Name, single.Name)) is { } twin)
            {
                faults.Add($"Plugin '{path}' is left out, for '{twin.MainAssembly}' has the same name; remove one of them.");
            }
            else
            {
                found.Add(single);
            }
        }

        return found;
    }

    // Version control and some editors keep folders of their own, with a dot in front.
    private static bool IsVisible(string path) => !Path.GetFileName(path.AsSpan()).StartsWith('.');
}
