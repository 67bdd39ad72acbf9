using System.IO.Compression;
using System.Text;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Tests.Usage;

public sealed class ContentDecoderTests
{
    private static readonly string s_message =
        "{\"content\":[{\"text\":\"" + string.Join(' ', Enumerable.Range(0, 300)) + "\"}],\"usage\":{\"input_tokens\":12,\"output_tokens\":300}}";

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void Feed_AnyTwoParts_ReadsTheSame(string coding)
    {
        var bytes = Compress(s_message, coding);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(new TokenUsage(12, 300, 0, 0, 0), Read(coding, bytes[..cut], bytes[cut..]));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void Feed_ByteByByte_ReadsTheSame(string coding) =>
        Assert.Equal(new TokenUsage(12, 300, 0, 0, 0), Read(coding, [.. Compress(s_message, coding).Chunk(1)]));

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void Feed_NotCompressedAtAll_CountsNothing(string coding) => Assert.Equal(default, Read(coding, [.. Encoding.UTF8.GetBytes(s_message).Chunk(100)]));

    [Fact]
    public void Feed_AMillionTimesAsMuch_IsGivenUp()
    {
        var bytes = Compress("{\"a\":\"" + new string('x', 40 * 1024 * 1024) + "\",\"usage\":{\"output_tokens\":5}}", "gzip");

        Assert.Equal(default, Read("gzip", bytes));
    }

    [Fact]
    public void TryCreate_CodingThatIsNotKnown_IsNull() => Assert.Null(ContentDecoder.TryCreate("zstd"));

    private static TokenUsage Read(string coding, params byte[][] parts)
    {
        using var decoder = ContentDecoder.TryCreate(coding)!;
        var reader = new UsageReader();
        foreach (var part in parts)
        {
            decoder.Feed(part, reader);
        }

        return reader.Usage;
    }

    private static byte[] Compress(string text, string coding)
    {
        using var output = new MemoryStream();
        using (Stream compressing = coding switch
        {
            "br" => new BrotliStream(output, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(output, CompressionLevel.Fastest),
            _ => new GZipStream(output, CompressionLevel.Fastest),
        })
        {
            compressing.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
