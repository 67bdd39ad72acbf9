using System.Text;

namespace ClaudeProxy.Endpoint;

/// <summary>Decodes the Connection header in such a way that the server leaves the names in it alone. Stateless, so thread-safe.</summary>
/// <remarks>Kestrel replaces the whole value by <c>keep-alive</c>, <c>close</c> or <c>upgrade</c> if that is the only option in it that it
/// knows (<c>HttpHeaders.ParseConnection</c>): headers that the value names as those of this hop would then be forwarded. So, where
/// there are such names, it is shown none of these options, or two, which it leaves as they are and takes for <c>close</c>.</remarks>
internal sealed class ConnectionHeaderEncoding : Encoding
{
    private static readonly string[] s_known = ["keep-alive", "close", "upgrade"];

    /// <inheritdoc />
    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    /// <inheritdoc />
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc />
    public override int GetCharCount(byte[] bytes, int index, int count) => Decode(bytes, index, count).Length;

    /// <inheritdoc />
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var text = Decode(bytes, byteIndex, byteCount);
        text.CopyTo(0, chars, charIndex, text.Length);
        return text.Length;
    }

    /// <inheritdoc />
    public override int GetMaxByteCount(int charCount) => charCount;

    /// <inheritdoc />
    public override int GetMaxCharCount(int byteCount) => (2 * byteCount) + ", keep-alive".Length;

    private static string Decode(byte[] bytes, int index, int count)
    {
        var text = Latin1.GetString(bytes, index, count);
        if (!text.Contains(',', StringComparison.Ordinal))
        {
            return text;
        }

        var options = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var names = options.Except(s_known, StringComparer.OrdinalIgnoreCase).ToArray();
        return names.Length == 0 ? text
            : options.Contains("close", StringComparer.OrdinalIgnoreCase) ? string.Join(", ", [.. names, "close", "keep-alive"])
            : string.Join(", ", names);
    }
}
