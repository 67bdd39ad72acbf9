namespace ClaudeProxy.Tests.Plugins;

/// <summary>A plugin folder of a test's own.</summary>
internal sealed class PluginFolder : IDisposable
{
    /// <summary>The plugins that ship.</summary>
    public static string Shipped { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "plugins");

    /// <summary>Full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("plugins-").FullName;

    /// <summary>Path of a file in the folder.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Lays a project of <c>tests/TestPlugins</c> into the folder, over what may be there.</summary>
    /// <param name="project">The project.</param>
    /// <param name="name">The plugin's name; the project's own unless set.</param>
    /// <returns>Path of the plugin's assembly.</returns>
    public string Add(string project, string? name = null)
    {
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "TestPlugins", project);
        var folder = Directory.CreateDirectory(this[name ?? project]).FullName;
        foreach (var file in Directory.GetFiles(source))
        {
            // Overwrites in place, as a copy over the same name does.
            File.Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file)), overwrite: true);
        }

        return System.IO.Path.Combine(folder, $"{name ?? project}.dll");
    }

    /// <summary>Lays one or the other version of the plugin LeastRequests into the folder.</summary>
    /// <returns>Path of the plugin's assembly.</returns>
    public string AddLeastRequests(int version) => Add($"LeastRequestsV{version}", "LeastRequests");

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
