using System.Text.Json.Nodes;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>Configurations that differ from a sound one in one setting.</summary>
internal static class Json
{
    /// <summary>The smallest configuration with one more setting, such as <c>failover.attempts</c>.</summary>
    public static string With(string path, string value) => Set(ConfigFolder.Minimal, path, value);

    /// <summary>The object with one setting more, or another value of it.</summary>
    public static string Set(string json, string path, string value)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        var section = root;
        var keys = path.Split('.');
        foreach (var key in keys[..^1])
        {
            section = (section[key] ??= new JsonObject()).AsObject();
        }

        section[keys[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
