using System.Text.Json;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>plugins</c> section.</summary>
internal sealed record PluginsOptions
{
    /// <summary>A folder of plugins besides those that ship; <c>plugins</c> unless set, and it need not exist.</summary>
    public string Folder { get; init; } = "plugins";

    /// <summary>Settings for load balancers and policies, by name: one JSON object each.</summary>
    public IReadOnlyDictionary<string, JsonElement> Settings { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads the section; the folder becomes a full path.</summary>
    public static PluginsOptions Read(SettingsSection section) => new()
    {
        Folder = section.Context.FullPath(section.Read("folder", new PluginsOptions().Folder, SettingRules.FilePath)),
        Settings = section.ReadObjects("settings"),
    };
}
