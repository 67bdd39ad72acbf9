using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Hashes by which contents are told apart; alike in every process.</summary>
internal static class ContentHash
{
    /// <summary>The hash of <paramref name="text"/>.</summary>
    public static UInt128 Of(string text) => First(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The hash of a block without its <c>cache_control</c>, and its length in bytes. A text counts as a block of this text.</summary>
    /// <param name="block">The block.</param>
    /// <param name="before">What sets it apart from the same block elsewhere, such as its role.</param>
    public static (UInt128 Hash, long Bytes) Of(JsonElement block, string before)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(before));
        if (block.ValueKind != JsonValueKind.Object)
        {
            var length = Add(hash, "text", block);
            return (First(hash), length);
        }

        var bytes = 0L;
        foreach (var property in block.EnumerateObject())
        {
            var isImplied = property.NameEquals("type") && property.Value.ValueEquals("text");
            bytes += isImplied || property.NameEquals("cache_control") ? 0 : Add(hash, property.Name, property.Value);
        }

        return (First(hash), bytes);
    }

    private static long Add(IncrementalHash hash, string name, JsonElement value)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(value);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(bytes);
        return bytes.Length;
    }

    private static UInt128 First(IncrementalHash hash) => First(hash.GetCurrentHash());

    private static UInt128 First(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
