using System.Text.Json;

namespace ClaudeProxy.Tests.Configuration;

/// <summary><c>config.schema.json</c> as a flat list of settings.</summary>
internal static class SchemaFile
{
    private static readonly JsonElement s_root = JsonDocument.Parse(Repository.Read("config.schema.json")).RootElement;

    /// <summary>The schema of each setting, by its path.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Settings { get; } = PropertiesOf(s_root, "").ToDictionary();

    /// <summary>The objects that take any key, by their path.</summary>
    public static IEnumerable<string> Open => Settings.Where(setting => IsObject(setting.Value)
        && !(setting.Value.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False)).Select(setting => setting.Key);

    /// <summary>Whether the root refuses keys it does not know.</summary>
    public static bool IsRootClosed => !s_root.GetProperty("additionalProperties").GetBoolean();

    private static IEnumerable<KeyValuePair<string, JsonElement>> PropertiesOf(JsonElement schema, string prefix)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            yield break;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var path = prefix + property.Name;
            yield return KeyValuePair.Create(path, property.Value);

            var (inner, innerPrefix) = property.Value.TryGetProperty("items", out var items)
                ? (Resolve(items), $"{path}[].")
                : (property.Value, $"{path}.");
            foreach (var below in PropertiesOf(inner, innerPrefix))
            {
                yield return below;
            }
        }
    }

    private static JsonElement Resolve(JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
        ? s_root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1])
        : schema;

    private static bool IsObject(JsonElement schema) =>
        schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "object";
}
