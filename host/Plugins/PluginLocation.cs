namespace ClaudeProxy.Plugins;

/// <summary>Where a plugin lies.</summary>
/// <param name="Name">Its name: that of its folder and of its assembly.</param>
/// <param name="MainAssembly">Full path of its assembly.</param>
/// <param name="OwnsFolder">Whether the folder of the assembly is the plugin's alone, or shared with other plugins of one file each.</param>
internal sealed record PluginLocation(string Name, string MainAssembly, bool OwnsFolder)
{
    /// <summary>The folder of the assembly.</summary>
    public string Folder => Path.GetDirectoryName(MainAssembly)!;
}
