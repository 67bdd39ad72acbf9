using System.Buffers;
using System.Text.Json;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>JSON that is handed on unread, to a plugin: its texts are filled in, and no key is there twice.</summary>
internal static class FilledJson
{
    /// <summary>An object of these properties of the section at <paramref name="path"/>. What cannot be filled in is a fault.</summary>
    public static JsonElement Object(SettingsContext context, string path, IEnumerable<KeyValuePair<string, JsonElement>> properties)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteObject(context, path, properties, writer);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void WriteObject(
        SettingsContext context, string path, IEnumerable<KeyValuePair<string, JsonElement>> properties, Utf8JsonWriter writer)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var (name, value) in properties)
        {
            var below = SettingPath.Below(path, name);
            if (!seen.Add(name))
            {
                context.AddFault(below, $"{context.Source}: {below} is there twice; keep one of them.");
                continue;
            }

            writer.WritePropertyName(name);
            Write(context, below, value, writer);
        }

        writer.WriteEndObject();
    }

    private static void Write(SettingsContext context, string path, JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = value.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, property.Value));
                WriteObject(context, path, properties, writer);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var (index, element) in value.EnumerateArray().Index())
                {
                    Write(context, SettingPath.Element(path, index), element, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(VariableText.TryFill(context, path, value.GetString()!, out var filled) ? filled : "");
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
