using System.Buffers;
using System.Text;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class RenamedBodyTests
{
    private static readonly Account s_account = new()
    {
        Id = "a",
        Upstream = new Uri("http://localhost"),
        ModelNames = new Dictionary<string, string> { ["claude-haiku-*"] = "small", ["claude-opus-4-5"] = "\"big\"", ["same"] = "same" },
    };

    [Theory]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":5}""", """{"model":"small","max_tokens":5}""")]
    [InlineData("""{ "x":1, "model" : "claude-haiku-3" }""", """{ "x":1, "model" : "small" }""")]
    [InlineData("""{"model":"claude-opus-4-5"}""", """{"model":"\u0022big\u0022"}""")]
    [InlineData("""{"tools":[{"model":"claude-haiku-1"},{"name":"t"}],"model":"other"}""", """{"tools":[{"model":"small"},{"name":"t"}],"model":"other"}""")]
    [InlineData("""{"model":"claude-h\u0061iku-4","messages":[{"model":"claude-haiku-4"}]}""", """{"model":"small","messages":[{"model":"claude-haiku-4"}]}""")]
    public void Of_BodyThatNamesSuchAModel_DiffersInTheNameAlone(string body, string sent) => Assert.Equal(sent, Sent(body));

    [Theory]
    [InlineData("""{"model":"same"}""")]
    [InlineData("""{"model":"claude-sonnet-4-5"}""")]
    [InlineData("""{"tools":[{"input_schema":{"model":"claude-haiku-4"}}],"metadata":{"model":"claude-haiku-4"}}""")]
    [InlineData("""{"model":5}""")]
    [InlineData("not json")]
    [InlineData("")]
    public void Of_AnyOtherBody_IsSentAsItIs(string body) => Assert.Null(Sent(body));

    [Fact]
    public void Of_BodyOfManyBlocks_KeepsEveryOtherByte()
    {
        var padding = new string('p', 3 * BlockPool.BlockSize);

        Assert.Equal($$"""{"a":"{{padding}}","model":"small","b":"{{padding}}"}""", Sent($$"""{"a":"{{padding}}","model":"claude-haiku-4","b":"{{padding}}"}"""));
    }

    private static string? Sent(string body)
    {
        var blocks = new BodyBlocks();
        blocks.Append(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)));
        if (RenamedBody.Of(blocks, s_account) is not { } renamed)
        {
            return null;
        }

        var bytes = renamed.Parts.SelectMany(part => part.ToArray()).ToArray();
        Assert.Equal(bytes.Length, renamed.Length);
        return Encoding.UTF8.GetString(bytes);
    }
}
