using ClaudeProxy.Accounts;

namespace ClaudeProxy.Tests.Accounts;

public sealed class ModelClassTests
{
    [Theory]
    [InlineData("claude-opus-4", "claude-opus-4*")]
    [InlineData("claude-opus-4-1-20250805", "claude-opus-4*")]
    [InlineData("claude-opus-4-8", "claude-opus-4*")]
    [InlineData("claude-sonnet-4-5@20250929", "claude-sonnet-4*")]
    [InlineData("claude-sonnet-4-6[1m]", "claude-sonnet-4*")]
    [InlineData("claude-fable-5-1", "claude-fable-5*")]
    public void Of_ModelThatSharesALimit_IsTheClass(string model, string name) => Assert.Equal(new ModelClass(name, IsShared: true), ModelClass.Of(model));

    [Theory]
    [InlineData("claude-opus-5-5")]
    [InlineData("claude-sonnet-5")]
    [InlineData("claude-opus-40")]
    [InlineData("claude-opus-4x")]
    [InlineData("claude-haiku-4-5-20251001")]
    [InlineData("claude-3-5-sonnet-20241022")]
    [InlineData("Claude-Opus-4-1")]
    [InlineData("gpt-4")]
    [InlineData("")]
    public void Of_AnyOtherModel_IsTheModelAlone(string model) => Assert.Equal(ModelClass.Only(model), ModelClass.Of(model));

    [Fact]
    public void Of_ModelNamedLikeAClass_IsNotTheClass() => Assert.NotEqual(ModelClass.Of("claude-opus-4-1"), ModelClass.Only("claude-opus-4*"));
}
