using System.Text.Json;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>plugins</c> section.</summary>
internal sealed record PluginsOptions
{
    /// <summary>A folder of plugins besides those that ship; <c>plugins</c> unless set, and it need not exist.</summary>
    public string Folder { get; init; } = "plugins";

    /// <summary>Settings for load balancers and policies, by name: one JSON object each.</summary>
    public IReadOnlyDictionary<string, JsonElement> Settings { get; init; } = new Dictionary<string, JsonElement>();
}
