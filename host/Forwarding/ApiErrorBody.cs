using System.Text.Json;

namespace ClaudeProxy.Forwarding;

/// <summary>What an error body says, in whatever of the known forms it is written.</summary>
/// <param name="Type"><c>error.type</c> if it is a name, or <see langword="null"/>.</param>
/// <param name="Code"><c>error.details.error_code</c>, <c>error.code</c>, or <c>error</c> itself where it is a text; or <see langword="null"/>.</param>
/// <param name="Message"><c>error.message</c>, or <c>message</c>; empty if there is none.</param>
internal sealed record ApiErrorBody(string? Type, string? Code, string Message)
{
    private const int LongestType = 64;

    /// <summary>So many bytes tell whether a body may be an error.</summary>
    public const int Beginning = 64;

    /// <summary>Says nothing.</summary>
    public static ApiErrorBody Empty { get; } = new(null, null, "");

    /// <summary>Reads JSON; <see cref="Empty"/> if it is none.</summary>
    public static ApiErrorBody Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            return JsonDocument.TryParseValue(ref reader, out var document) ? Read(document) : Empty;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON; or JSON with a text that is none (InvalidOperationException).
            return Empty;
        }
    }

    /// <summary>Whether <paramref name="bytes"/>, the first of a body, may begin an error of the API: its first property says so.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.Read() && ((reader.ValueTextEquals("type"u8) && reader.Read() && reader.ValueTextEquals("error"u8)) || reader.ValueTextEquals("error"u8));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads the data of the first <c>error</c> event among the events in <paramref name="stream"/>.</summary>
    public static ApiErrorBody ReadEvent(ReadOnlySpan<byte> stream)
    {
        var isError = false;
        foreach (var range in stream.Split((byte)'\n'))
        {
            var line = stream[range].TrimEnd((byte)'\r');
            isError = line.StartsWith("event:"u8) ? line.EndsWith("error"u8) : isError;
            if (isError && line.StartsWith("data:"u8))
            {
                return Read(line["data:"u8.Length..]);
            }
        }

        return Empty;
    }

    private static ApiErrorBody Read(JsonDocument document)
    {
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Empty;
            }

            if (!root.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.Object)
            {
                return new ApiErrorBody(null, Text(root, "error") ?? Text(root, "code"), Text(root, "message") ?? "");
            }

            var details = error.TryGetProperty("details", out var found) && found.ValueKind == JsonValueKind.Object ? Text(found, "error_code") : null;
            return new ApiErrorBody(TypeOf(error), details ?? Text(error, "code"), Text(error, "message") ?? Text(root, "message") ?? "");
        }
    }

    /// <summary>Types reach the log and <c>/status</c>, so nothing else may pass for one: no sentence, no control character, no secret.</summary>
    private static string? TypeOf(JsonElement error) =>
        Text(error, "type") is { Length: > 0 and <= LongestType } text && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.')
            ? text
            : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
