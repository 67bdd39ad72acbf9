using System.Net.ServerSentEvents;
using System.Text;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class SseScannerTests
{
    private static readonly string s_long = new('x', 200);

    /// <summary>What streams are made of: lines of every kind, with every kind of end, whole events, and pieces that stop in the middle.</summary>
    private static readonly Gen<string> s_piece = Gen.Elements(
        Sse.Event("message_start"), Sse.Event("message_stop"), Sse.Event("content_block_delta", "{\"text\":\"a\"}"), Sse.Ping, Sse.Error(),
        Sse.Event("message_start", "{\"message\":{\"usage\":{\"input_tokens\":3}}}"), Sse.Event("message_delta", "{\"usage\":{\"output_tokens\":4}}"),
        "event: message_delta\rdata:{\"usage\":\r", "data: {\"output_tokens\":5}}\r\n", "event: error\r\ndata: {}\r\n\r\n", "event:ping\rdata:{}\r\r", "data: without a name\n\n", ": a comment\n", ":\n", "id: 7\n", "retry: 3000\n\n",
        "event: " + s_long + "\ndata: {}\n\n", "data: " + s_long + "\n", "event: message_stop\n", "event: ping\n", "event: err", "or\n", "data: {\"", "\r", "\n", "\r\n", "d");

    private static readonly Gen<byte[]> s_stream = s_piece.ArrayOf().Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    [Fact]
    public void Feed_AnySplit_SeesTheSame()
    {
        var cases = from stream in s_stream
                    from cuts in Gen.Choose(1, 7).ArrayOf()
                    select (stream, cuts);

        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var whole = new SseScanner();
            whole.Feed(given.stream);
            var inParts = new SseScanner();
            var rest = given.stream.AsSpan();
            for (var i = 0; rest.Length > 0; i++)
            {
                var length = Math.Min(given.cuts.Length == 0 ? 1 : given.cuts[i % given.cuts.Length], rest.Length);
                inParts.Feed(rest[..length]);
                rest = rest[length..];
            }

            Assert.Equal(Seen(whole), Seen(inParts));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Feed_AnyStream_AgreesWithAParserThatFollowsTheStandard() => Prop.ForAll(s_stream.Where(IsJudgedAlike).ToArbitrary(), stream =>
    {
        var scanner = new SseScanner();
        scanner.Feed(stream);

        using var bytes = new MemoryStream(stream);
        var types = SseParser.Create(bytes).Enumerate().Select(item => item.EventType).Where(type => type != "ping").ToArray();
        Assert.Equal(types.Length > 0, scanner.HasEvent);
        Assert.Equal(types is ["error", ..], scanner.BeganWithError);
        Assert.Equal(types.Contains("message_start"), scanner.HasMessage);
        Assert.Equal(types.Contains("message_stop") || types.Contains("error"), scanner.HasEnded);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", true)]
    [InlineData("event: ping\ndata: {}\n\n", true)]
    [InlineData(": comment\n", true)]
    [InlineData(": comm", false)]
    [InlineData("event: x", false)]
    [InlineData("event: x\n", true)]
    [InlineData("event: x\ndata: {}", false)]
    [InlineData("event: x\ndata: {}\n", true)]
    public void IsBetweenLines_AfterSomeBytes_TellsWhetherALineIsOpen(string stream, bool expected) =>
        Assert.Equal(expected, Scan(stream).IsBetweenLines);

    [Theory]
    [InlineData("event: message_stop\n\n")]
    [InlineData("event: message_stop\ndata: {}\n\n")]
    [InlineData("event:message_stop\r\ndata: {}\r\n\r\n")]
    public void HasEnded_MessageStop_IsTrue(string stream) => Assert.True(Scan(stream).HasEnded);

    [Theory]
    [InlineData("event: message_stop\ndata: {}\n")]
    [InlineData("event: message_stopped\ndata: {}\n\n")]
    [InlineData("data: message_stop\n\n")]
    public void HasEnded_NotYetOrNotAtAll_IsFalse(string stream) => Assert.False(Scan(stream).HasEnded);

    [Fact]
    public void BeganWithError_PingsComeFirst_IsTrue() => Assert.True(Scan(Sse.Ping + ": wait\n\n" + Sse.Ping + Sse.Error()).BeganWithError);

    [Fact]
    public void BeganWithError_ErrorComesLater_IsFalse() => Assert.False(Scan(Sse.Event("message_start") + Sse.Error()).BeganWithError);

    private static SseScanner Scan(string stream)
    {
        var scanner = new SseScanner();
        scanner.Feed(Encoding.UTF8.GetBytes(stream));
        return scanner;
    }

    private static (bool, bool, bool, bool, bool, TokenUsage) Seen(SseScanner scanner) =>
        (scanner.HasEvent, scanner.BeganWithError, scanner.HasMessage, scanner.HasEnded, scanner.IsBetweenLines, scanner.Usage);

    /// <summary>The standard drops events that have a name and no data; the clients' parsers do not, and neither does the scanner.</summary>
    private static bool IsJudgedAlike(byte[] stream) => !Encoding.UTF8.GetString(stream)
        .Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split("\n\n")
        .Select(block => block.Split('\n'))
        .Any(lines => lines.Any(line => line.StartsWith("event:", StringComparison.Ordinal)) && !lines.Any(line => line.StartsWith("data:", StringComparison.Ordinal)));
}
