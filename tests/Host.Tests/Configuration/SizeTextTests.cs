using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Tests.Configuration;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("512KiB", 512 * 1024)]
    [InlineData("1.5 MiB", 1_572_864)]
    [InlineData("64mb", 64_000_000)]
    [InlineData("7B", 7)]
    public void TryParse_KnownUnit_GivesBytes(string text, long bytes)
    {
        Assert.True(SizeText.TryParse(text, out var size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("MiB")]
    [InlineData("1PiB")]
    [InlineData("99999999999TiB")]
    public void TryParse_NoSize_SaysSo(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Theory]
    [InlineData("0")]
    [InlineData("1023")]
    [InlineData("1KiB")]
    [InlineData("65MiB")]
    [InlineData("1TiB")]
    public void Write_ReadsBackAsTheSame(string text)
    {
        Assert.True(SizeText.TryParse(text, out var size));
        Assert.Equal(text, SizeText.Write(size));
    }
}
