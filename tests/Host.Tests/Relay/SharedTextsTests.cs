using ClaudeProxy.Relay;

namespace ClaudeProxy.Tests.Relay;

public sealed class SharedTextsTests
{
    private readonly SharedTexts _texts = new(most: 2, longest: 4);

    [Fact]
    public void EqualTexts_AreOne()
    {
        var kept = _texts.Share(New("name"));

        Assert.Same(kept, _texts.Share(New("name")));
        Assert.Equal("name", kept);
    }

    [Fact]
    public void LongText_StaysWhatItIs()
    {
        _texts.Share("names");

        var other = New("names");
        Assert.Same(other, _texts.Share(other));
    }

    [Fact]
    public void OneTooMany_StaysWhatItIs()
    {
        _texts.Share("a");
        _texts.Share("b");
        _texts.Share("c");

        var other = New("c");
        Assert.Same(other, _texts.Share(other));
    }

    private static string New(string text) => new(text.AsSpan());
}
