using System.Buffers;
using System.Text;
using System.Text.Json;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Forwarding;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Endpoint;

public sealed class RequestFactsReaderTests
{
    private const string Decoys =
        """
        "tools":[{"model":"decoy","stream":true,"metadata":{"user_id":"x_session_decoy"}}],"messages":[{"model":"decoy","content":{"stream":true,"user_id":"x_session_decoy"}}],
        """;

    [Theory]
    [InlineData("""{"model":"m","stream":true}""", "m", true)]
    [InlineData("""{"stream" : false , "model" : "m"}""", "m", false)]
    [InlineData("""{"\u006dodel":"\u006d","stre\u0061m":true}""", "m", true)]
    [InlineData("""{"tools":[{"model":"x","stream":true}],"metadata":{"model":"x","stream":true},"model":"m"}""", "m", false)]
    [InlineData("""{"metadata":[{"model":"x"}],"system":"\"model\":\"x\"","model":"m"}""", "m", false)]
    [InlineData("""{"model":{"model":"x"},"stream":{"stream":true}}""", null, false)]
    [InlineData("""{"model":["x"],"stream":[true]}""", null, false)]
    [InlineData("""{"model":5,"stream":"true"}""", null, false)]
    [InlineData("""{"model":"","stream":1}""", null, false)]
    [InlineData("""{"model":null,"stream":null}""", null, false)]
    [InlineData("""{"model":"first","model":"last","stream":true,"stream":false}""", "last", false)]
    [InlineData("""[{"model":"x"}]""", null, false)]
    [InlineData("\"model\"", null, false)]
    [InlineData("", null, false)]
    [InlineData("not json", null, false)]
    [InlineData("""{"model":"m","stream":true,"messages":[{"cut""", "m", true)]
    [InlineData("""{"model":"m","stream":true}{"model":"x","stream":false}""", "m", true)]
    [InlineData("""{"model":"\ud800","stream":true}""", null, false)]
    [InlineData("""{"stream":true,"model":"\ud800"}""", null, true)]
    [InlineData("""{"model":"m","\ud800":1,"stream":true}""", "m", false)]
    [InlineData("""{"model":"a\nb\u001b[31m","stream":true}""", null, true)]
    public void Read_Body_TakesModelAndStreamFromTheTopAlone(string body, string? model, bool isStreaming)
    {
        var facts = Read(body);

        Assert.Equal((model, isStreaming), (facts.Model, facts.IsStreaming));
    }

    [Theory]
    [InlineData("""{"metadata":{"user_id":"user_abc_account__session_0f-1"}}""", "0f-1")]
    [InlineData("""{"metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"s-1\"}"}}""", "s-1")]
    [InlineData("""{"metadata":{"other":{"user_id":"x_session_y"},"user_id":"u_session_s"}}""", "s")]
    [InlineData("""{"metadata":{"user_id":"just a user"}}""", null)]
    [InlineData("""{"metadata":{"user_id":"u_session_"}}""", null)]
    [InlineData("""{"metadata":{"user_id":"{\"session_id\":5}"}}""", null)]
    [InlineData("""{"metadata":{"user_id":"{broken"}}""", null)]
    [InlineData("""{"metadata":{"user_id":"{\"session_id\":\"\\ud800\"}"}}""", null)]
    [InlineData("""{"metadata":{"user_id":"u_session_a\nb"}}""", null)]
    [InlineData("""{"metadata":{"user_id":5}}""", null)]
    [InlineData("""{"metadata":"user_id"}""", null)]
    [InlineData("""{"metadata":[{"user_id":"u_session_s"}]}""", null)]
    [InlineData("""{"messages":[{"metadata":{"user_id":"u_session_s"}}]}""", null)]
    public void Read_Metadata_TakesTheSession(string body, string? session) => Assert.Equal(session, Read(body).SessionId);

    [Fact]
    public void Read_Headers_NameSessionAndAgentBeforeTheBody()
    {
        var request = Request();
        request.Headers["x-claude-code-session-id"] = "from-header";
        request.Headers["x-claude-code-agent-id"] = "agent-1";

        var facts = Read("""{"metadata":{"user_id":"u_session_from-body"}}""", request);

        Assert.Equal(("from-header", "agent-1"), (facts.SessionId, facts.AgentId));
    }

    [Theory]
    [InlineData("""{"tools":[{"name":"advisor","model":"claude-opus-4-6"},{"name":"x"},{"model":"other"}]}""", "claude-opus-4-6 other")]
    [InlineData("""{"tools":[{"name":"x","input_schema":{"properties":{"model":{"type":"string"}},"model":"decoy"}}]}""", "")]
    [InlineData("""{"tools":[{"model":{"model":"decoy"}},"model",["model","x"],{"model":5}]}""", "")]
    [InlineData("""{"tools":{"model":"decoy"},"messages":[{"model":"decoy"}]}""", "")]
    public void Read_Tools_NameModelsThatAreNeededToo(string body, string models) => Assert.Equal(models, string.Join(' ', Read(body).ToolModels));

    [Theory]
    [InlineData("""{"system":[{"text":"x","cache_control":{"type":"ephemeral","ttl":"1h"}}]}""", 60)]
    [InlineData("""{"messages":[{"content":"x"},{"content":[{"cache_control":{"ttl" : "1h"}}]}]}""", 60)]
    [InlineData("""{"tools":[{"name":"x","cache_control":{"ttl":"1h"}}]}""", 60)]
    [InlineData("""{"cache_control":{"type":"ephemeral","ttl":"1h"}}""", 60)]
    [InlineData("""{"system":[{"cache_control":{"ttl":"5m"}}],"messages":[{"content":"\"cache_control\":{\"ttl\":\"1h\"}"}]}""", 5)]
    [InlineData("""{"messages":[{"content":[{"input":{"ttl":"1h"}}]}],"cache_control":"1h"}""", 5)]
    public void Read_CacheControl_SaysHowLongTheCacheLives(string body, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), Read(body).CacheLifetime);

    [Fact]
    public void Read_Conversation_IsTheSameForEachOfItsTurns_InEveryProcess()
    {
        const string Head = """{"model":"m","tools":[{"name":"t"}],"system":"s","messages":[""";
        var first = Read(Head + """{"role":"user","content":[{"type":"text","text":"hello","cache_control":{"type":"ephemeral"}}]}]}""");
        var second = Read(Head + """{"role":"user","content":[{"type":"text","text":"hello"}]},{"role":"assistant","content":"hi"},{"role":"user","content":"more"}]}""");

        Assert.Equal(first.Conversation, second.Conversation);
        Assert.Equal(14_116_362_124_096_599_528UL, first.Conversation);
    }

    [Theory]
    [InlineData("""{"model":"other","system":"s","messages":[{"content":"hello"}]}""")]
    [InlineData("""{"model":"m","system":"other","messages":[{"content":"hello"}]}""")]
    [InlineData("""{"model":"m","system":"s","messages":[{"content":"other"}]}""")]
    [InlineData("""{"model":"m","system":"s","tools":[{"name":"t"}],"messages":[{"content":"hello"}]}""")]
    public void Read_ConversationWithoutSession_DiffersWithWhatDoesNotChangeInOne(string body) =>
        Assert.NotEqual(Read("""{"model":"m","system":"s","messages":[{"content":"hello"}]}""").Conversation, Read(body).Conversation);

    [Fact]
    public void Read_ConversationWithSession_IsOfClientSessionAndAgentAlone()
    {
        static RequestFacts InSession(string client, string session, string? agent, string body)
        {
            var request = Request();
            request.Headers["x-claude-code-session-id"] = session;
            request.Headers["x-claude-code-agent-id"] = agent;
            return RequestFactsReader.Read("r", request, "/v1/messages", Blocks(Encoding.UTF8.GetBytes(body)), client);
        }

        var first = InSession("c", "s", null, """{"model":"m","messages":[{"content":"a"}]}""").Conversation;

        Assert.Equal(first, InSession("c", "s", null, """{"model":"small","messages":[{"content":"b"}]}""").Conversation);
        Assert.Equal(4, new HashSet<ulong>([first, InSession("d", "s", null, "{}").Conversation, InSession("c", "t", null, "{}").Conversation, InSession("c", "s", "a", "{}").Conversation]).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"model":"m","messages":[]}""")]
    public void Read_NothingThatTellsConversationsApart_IsNone(string body) => Assert.Equal(0UL, Read(body).Conversation);

    [Fact]
    public void Read_NamesThatAreTooLong_AreNone()
    {
        var request = Request();
        request.Headers["x-claude-code-session-id"] = new string('s', 257);

        var facts = Read($$"""{"model":"{{new string('m', 257)}}"}""", request);

        Assert.Null(facts.Model);
        Assert.Null(facts.SessionId);
        Assert.Equal(new string('m', 256), Read($$"""{"model":"{{new string('m', 256)}}"}""").Model);
    }

    [Fact]
    public void Read_CompressedBody_IsNotLookedAt()
    {
        var request = Request();
        request.Headers.ContentEncoding = "gzip";

        Assert.Null(Read("""{"model":"m"}""", request).Model);
    }

    [Fact]
    public void Read_SchemaNestedDeep_FindsWhatComesAfterIt()
    {
        var body = $$"""{"tools":{{new string('[', 500)}}{{new string(']', 500)}},"model":"m","stream":true}""";

        Assert.Equal(("m", true), (Read(body).Model, Read(body).IsStreaming));
    }

    [Fact]
    public void Read_InvalidUtf8_NeverThrows()
    {
        byte[] body = [.. "{\"stream\":true,\"model\":\""u8, 0xFF, 0xFE, .. "\"}"u8];

        var facts = RequestFactsReader.Read("r", Request(), "/v1/messages", Blocks(body), null);

        Assert.Equal((null, true), (facts.Model, facts.IsStreaming));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Prop.ForAll<byte[]>(bytes => RequestFactsReader.Read("r", Request(), "/v1/messages", Blocks(bytes), null) is not null).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_BodyThatCameInAnyParts_SaysTheSame()
    {
        // Around the ends of the first small block and of the full ones behind it.
        var padding = Gen.OneOf(Gen.Choose(0, 3000), Gen.Choose(65_300, 66_800), Gen.Choose(130_900, 131_300));
        var cases = from length in padding
                    from model in Gen.Choose(1, 256).Select(count => new string('m', count))
                    from isStreaming in Gen.Elements(true, false)
                    from sizes in Gen.Choose(1, 5000).NonEmptyListOf()
                    select (length, model, isStreaming, sizes);

        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var (length, model, isStreaming, sizes) = given;
            var body = Encoding.UTF8.GetBytes(
                $$"""{"pad":"{{new string('p', length)}}",{{Decoys}}"model":"{{model}}","metadata":{"user_id":"u_session_s"},"stream":{{(isStreaming ? "true" : "false")}}}""");

            var facts = RequestFactsReader.Read("r", Request(), "/v1/messages", Blocks(body, [.. sizes]), null);

            Assert.Equal((model, isStreaming, "s", (long)body.Length), (facts.Model, facts.IsStreaming, facts.SessionId, facts.BodyBytes));
            Assert.Equal(RequestFactsReader.Read("r", Request(), "/v1/messages", Blocks(body), null).Conversation, facts.Conversation);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_AnyText_GivesTheModelAsJsonReadsIt() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            var model = text.Get.Length is > 0 and <= 256 && !text.Get.Any(char.IsControl) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)) : null;

            Assert.Equal(model, Read(JsonSerializer.Serialize(new { model = text.Get })).Model);
        }).QuickCheckThrowOnFailure();

    private static RequestFacts Read(string body, HttpRequest? request = null) =>
        RequestFactsReader.Read("r", request ?? Request(), "/v1/messages", Blocks(Encoding.UTF8.GetBytes(body)), null);

    private static HttpRequest Request() => new DefaultHttpContext().Request;

    private static BodyBlocks Blocks(byte[] body, params int[] sizes)
    {
        var blocks = new BodyBlocks();
        var at = 0;
        for (var i = 0; at < body.Length; i++)
        {
            var size = Math.Min(sizes.Length == 0 ? body.Length : sizes[i % sizes.Length], body.Length - at);
            blocks.Append(new ReadOnlySequence<byte>(body, at, size));
            at += size;
        }

        return blocks;
    }
}
