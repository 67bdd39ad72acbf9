using System.IO.Compression;

namespace ClaudeProxy.Forwarding;

/// <summary>Reads compressed content, to judge it; what goes to the client stays as it came.</summary>
internal static class ContentCoding
{
    /// <summary>The beginning of the content of <paramref name="bytes"/>, at most <paramref name="limit"/> bytes of it: as much as can be read.</summary>
    /// <param name="coding">How it is compressed, or <see langword="null"/> if it is not.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="limit">The most to read, for a few bytes may hold a million.</param>
    public static ReadOnlyMemory<byte> Decode(string? coding, ReadOnlyMemory<byte> bytes, int limit)
    {
        if (coding is null)
        {
            return bytes;
        }

        using var compressed = new MemoryStream(bytes.ToArray());
        using var content = Open(coding, compressed);
        return content is null ? default : Read(content, limit);
    }

    /// <summary>The content of <paramref name="compressed"/>, or <see langword="null"/> if it cannot be read.</summary>
    public static Stream? Open(string coding, Stream compressed) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(compressed, CompressionMode.Decompress),
        "br" => new BrotliStream(compressed, CompressionMode.Decompress),
        "deflate" => new ZLibStream(compressed, CompressionMode.Decompress),
        _ => null,
    };

    private static ReadOnlyMemory<byte> Read(Stream content, int limit)
    {
        var read = new byte[limit];
        var length = 0;
        try
        {
            int count;
            while ((count = content.Read(read, length, limit - length)) > 0)
            {
                length += count;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException)
        {
            // Broken, or cut at the most that is read ahead: what came before stands.
        }

        return read.AsMemory(0, length);
    }
}
