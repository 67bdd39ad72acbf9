using System.Text;
using System.Text.Json;
using ClaudeProxy.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace ClaudeProxy.Tests.Usage;

public sealed class UsageReaderTests
{
    private const string Message = """
        {"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"the \"usage\":{\"input_tokens\":99} of {braces\\"},
        {"type":"tool_use","input":{"usage":{"input_tokens":98},"type":"usage","list":["usage",{"output_tokens":97}]}}],"stop_reason":"end_turn",
        "usage" : {"input_tokens":12,"cache_creation_input_tokens":530,"cache_read_input_tokens":45000,
        "cache_creation":{"ephemeral_5m_input_tokens":500,"ephemeral_1h_input_tokens":30},"output_tokens":300,
        "server_tool_use":{"web_search_requests":1,"input_tokens":96},"service_tier":"standard"},"container":{"usage":{"output_tokens":95}}}
        """;

    private static readonly TokenUsage s_ofMessage = new(12, 300, 45000, 500, 30);

    /// <summary>What properties beside <c>usage</c> may look like, and none of it may be taken for it.</summary>
    private static readonly Gen<string> s_property = Gen.Elements(
        "\"a\":1", "\"a\" : \"text with \\\" and \\\\\"", "\"type\":\"usage\"", "\"a\":[\"usage\",{\"input_tokens\":1}]", "\"a\":{\"usage\":{\"input_tokens\":2}}",
        "\"usag\":{\"input_tokens\":3}", "\"usages\":{\"input_tokens\":4}", "\"a\":[[{\"usage\":{}}],[]]", "\"a\":\"}}}{{{[[[\"", "\"\":{}", "\"a\":null", "\"a\":\"\\u0022usage\\u0022\"",
        "\"\\\"usage\":{\"input_tokens\":5}");

    private static readonly Gen<string> s_usage = Gen.Elements(
        "\"usage\":{\"input_tokens\":7}", "\"usage\" :\n{ \"input_tokens\" : 7 , \"more\":[{\"input_tokens\":1}] }", "\"usage\":{}", "\"usage\":null", "\"usage\":[{\"input_tokens\":9}]",
        "\"usage\":\"x\"", "\"usage\":{\"a\":\"}\",\"input_tokens\":7}");

    [Fact]
    public void Feed_MessageInOnePiece_ReadsItsUsageAndNoOther() => Assert.Equal(s_ofMessage, Read(Message, Message.Length));

    [Fact]
    public void Feed_AnyTwoParts_ReadsTheSame()
    {
        var bytes = Encoding.UTF8.GetBytes(Message);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new UsageReader();
            reader.Feed(bytes.AsSpan(0, cut));
            reader.Feed(bytes.AsSpan(cut));

            Assert.Equal(s_ofMessage, reader.Usage);
        }
    }

    [Fact]
    public void Feed_ByteByByte_ReadsTheSame() => Assert.Equal(s_ofMessage, Read(Message, size: 1));

    [Fact]
    public void Feed_AnyJson_AgreesWithAParserInWhateverParts()
    {
        var cases = from before in s_property.ArrayOf()
                    from usage in s_usage
                    from after in s_property.ArrayOf()
                    from size in Gen.Choose(1, 20)
                    select (Json: $"{{{string.Join(",\n", [.. before, usage, .. after])}}}", size);

        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            using var document = JsonDocument.Parse(given.Json);
            var expected = document.RootElement.GetProperty("usage") is { ValueKind: JsonValueKind.Object } usage && usage.TryGetProperty("input_tokens", out var input) ? input.GetInt64() : 0;

            Assert.Equal(expected, Read(given.Json, given.size).Input);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Feed_Garbage_NeverThrowsAndIsReadAlikeInAnyParts()
    {
        var garbage = Gen.Elements("{", "}", "[", "]", "\"", "\\", ":", ",", "usage", "\"usage\":{", "\"input_tokens\":1", "1e999", " ", "\0", "é", "null", "\"cache_creation\":", "-5")
            .ArrayOf().Select(string.Concat);
        var cases = from text in garbage from size in Gen.Choose(1, 9) select (text, size);

        Prop.ForAll(cases.ToArbitrary(), given => Assert.Equal(Read(given.text, int.MaxValue), Read(given.text, given.size))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Feed_SeveralObjects_KeepsTheLastOfEachNumber()
    {
        var reader = new UsageReader();
        reader.Begin(depth: 2);
        reader.Feed("""{"message":{"usage":{"input_tokens":12,"cache_read_input_tokens":45000,"cache_creation":{"ephemeral_1h_input_tokens":30},"output_tokens":1}}}"""u8);
        reader.Begin(depth: 1);
        reader.Feed("""{"usage":{"input_tokens":null,"cache_read_input_tokens":45001,"cache_creation":null,"output_tokens":7}}"""u8);
        reader.Begin(depth: 1);
        reader.Feed("""{"usage":{"output_tokens":300}}"""u8);

        Assert.Equal(new TokenUsage(12, 300, 45001, 0, 30), reader.Usage);
    }

    [Theory]
    [InlineData("""{"cache_creation_input_tokens":70}""", 70, 0)]
    [InlineData("""{"cache_creation_input_tokens":70,"cache_creation":{"ephemeral_1h_input_tokens":70}}""", 0, 70)]
    [InlineData("""{"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":50,"more":{}},"cache_creation_input_tokens":70}""", 20, 50)]
    [InlineData("""{"cache_creation":{"ephemeral_5m_input_tokens":70}}""", 70, 0)]
    public void Feed_WritesToTheCache_AreToldApart(string usage, long fiveMinutes, long oneHour)
    {
        var read = Read("{\"usage\":" + usage + "}", int.MaxValue);

        Assert.Equal((fiveMinutes, oneHour), (read.CacheWrite5m, read.CacheWrite1h));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("\"12\"")]
    [InlineData("[12]")]
    [InlineData("true")]
    public void Feed_NoNumberOfTokens_CountsNothing(string number) =>
        Assert.Equal(new TokenUsage(0, 5, 0, 0, 0), Read("{\"usage\":{\"input_tokens\":" + number + ",\"output_tokens\":5}}", int.MaxValue));

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Feed_UsageThatHasNoEnd_IsNotKept(int size)
    {
        var json = "{\"usage\":{\"input_tokens\":5,\"x\":\"" + new string('x', 20_000) + "\"},\"a\":{}}";

        Assert.Equal(default, Read(json, size));
    }

    [Fact]
    public void Feed_LongMessage_KeepsNothingOfIt()
    {
        var text = Encoding.UTF8.GetBytes(new string('x', 16 * 1024));
        var reader = new UsageReader();
        reader.Feed("{\"content\":[{\"text\":\""u8);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            reader.Feed(text);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        reader.Feed("\"}],\"usage\":{\"output_tokens\":4}}"u8);
        Assert.Equal(4, reader.Usage.Output);
    }

    private static TokenUsage Read(string json, int size)
    {
        var reader = new UsageReader();
        foreach (var part in Encoding.UTF8.GetBytes(json).Chunk(Math.Min(size, 1_000_000)))
        {
            reader.Feed(part);
        }

        return reader.Usage;
    }
}
