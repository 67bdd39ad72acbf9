using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>Reads a configuration file into JSON: comments and trailing commas pass, all else that JSON forbids is a fault.</summary>
internal static class SettingsFile
{
    private const int LongestFile = 4 << 20;

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="ConfigurationException">The file is missing, cannot be read, or holds no JSON object.</exception>
    public static JsonDocument Read(string path)
    {
        var bytes = ReadBytes(path);
        var text = bytes.AsMemory(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        return Utf8.IsValid(text.Span)
            ? Parse(path, text)
            : throw new ConfigurationException($"{path} is not UTF-8 text; save it as UTF-8.");
    }

    /// <summary>Reads JSON in UTF-8; <paramref name="source"/> is its name in faults.</summary>
    /// <exception cref="ConfigurationException">It is no JSON object.</exception>
    public static JsonDocument Parse(string source, ReadOnlyMemory<byte> utf8)
    {
        JsonDocument document;
        try
        {
            RefuseHalfCharacters(source, utf8.Span);
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            document = JsonDocument.Parse(utf8, options);
        }
        catch (JsonException exception)
        {
            var line = (int)(exception.LineNumber ?? 0);
            var column = Column(utf8.Span, line, exception.BytePositionInLine ?? 0);
            throw new ConfigurationException($"{source}: line {line + 1}, column {column}: {Reason(exception)}.");
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        using (document)
        {
            throw new ConfigurationException(
                $"{source} holds {ShownValue.KindOf(document.RootElement)}; it must hold one object {{ }}.");
        }
    }

    private static string Reason(JsonException exception)
    {
        var reason = exception.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
        return reason switch
        {
            ['E', ..] when reason.StartsWith("Expected depth to be zero", StringComparison.Ordinal) =>
                "the file ends before every { and [ is closed",
            ['T', ..] when reason.StartsWith("The input does not contain any", StringComparison.Ordinal) =>
                "the file is empty; it must hold one object { }",
            _ => reason,
        };
    }

    private static byte[] ReadBytes(string path)
    {
        if (path.Length == 0)
        {
            throw new ConfigurationException("The path of the configuration file is empty; give one, or leave it out for config.json.");
        }

        try
        {
            using var stream = File.OpenRead(Path.GetFullPath(path));
            var buffer = new byte[LongestFile + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= LongestFile
                ? buffer[..length]
                : throw new ConfigurationException($"{path} is longer than {SizeText.Write(LongestFile)}; it cannot be a configuration.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException(
                $"{path} does not exist (looked for {Path.GetFullPath(path)}). "
                + "Start from config.example.json, which shows every setting, or run claude-proxy demo, which needs none.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = Directory.Exists(path) ? "it is a folder" : exception.Message.TrimEnd('.');
            throw new ConfigurationException($"{path} cannot be read: {reason}.");
        }
    }

    // "\ud800" is a character by half: JSON's grammar allows it, no text can hold it, and only who asks for the text is told.
    private static void RefuseHalfCharacters(string source, ReadOnlySpan<byte> utf8)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var reader = new Utf8JsonReader(utf8, options);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                var line = utf8[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
                throw new ConfigurationException(
                    $"{source}: line {line}: a text has half of a surrogate pair (\\ud800 to \\udfff); write the pair.");
            }
        }
    }

    // JSON counts bytes; editors count characters.
    private static int Column(ReadOnlySpan<byte> utf8, int line, long bytesInLine)
    {
        for (; line > 0; line--)
        {
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        }

        return Encoding.UTF8.GetCharCount(utf8[..(int)Math.Min(bytesInLine, utf8.Length)]) + 1;
    }
}
