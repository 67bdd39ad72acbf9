using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Abstractions;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("30", 30)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1.5h", 5400)]
    [InlineData("2d", 172800)]
    [InlineData("250ms", 0.25)]
    public void TryParse_KnownUnit_GivesSeconds(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1s")]
    [InlineData("1w")]
    [InlineData("s")]
    [InlineData("NaN")]
    [InlineData("99999999999999d")]
    public void TryParse_NoDuration_SaysSo(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("0s")]
    [InlineData("1500ms")]
    [InlineData("90s")]
    [InlineData("10m")]
    [InlineData("7d")]
    public void Write_ReadsBackAsTheSame(string text)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(text, DurationText.Write(duration));
    }
}
