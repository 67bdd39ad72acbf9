using System.Text;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Tests.Usage;

/// <summary>What the scanner of a stream learns of tokens.</summary>
public sealed class StreamUsageTests
{
    private const string Start = """
        {"type":"message_start","message":{"id":"msg_1","content":[],"usage":{"input_tokens":12,"cache_creation_input_tokens":530,"cache_read_input_tokens":45000,"cache_creation":{"ephemeral_5m_input_tokens":500,"ephemeral_1h_input_tokens":30},"output_tokens":1}}}
        """;

    private const string Delta = """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":null,"output_tokens":300}}""";

    private static readonly string s_stream = string.Concat(
        Sse.Event("message_start", Start), Sse.Ping, Sse.Event("content_block_delta", """{"usage":{"output_tokens":99},"delta":{"usage":{"output_tokens":98}}}"""),
        ": usage {\"usage\":{\"output_tokens\":97}}\n\n", Sse.Event("message_delta", Delta), Sse.Event("message_stop"));

    [Fact]
    public void Feed_AnyTwoParts_ReadsTheSame()
    {
        foreach (var stream in (string[])[s_stream, s_stream.ReplaceLineEndings("\r\n"), s_stream.Replace("data: ", "data:", StringComparison.Ordinal)])
        {
            var bytes = Encoding.UTF8.GetBytes(stream);
            for (var cut = 0; cut <= bytes.Length; cut++)
            {
                var scanner = new SseScanner();
                scanner.Feed(bytes.AsSpan(0, cut));
                scanner.Feed(bytes.AsSpan(cut));

                Assert.Equal(new TokenUsage(12, 300, 45000, 500, 30), scanner.Usage);
            }
        }
    }

    [Fact]
    public void Feed_ByteByByte_ReadsTheSame()
    {
        var scanner = new SseScanner();
        foreach (var one in Encoding.UTF8.GetBytes(s_stream))
        {
            scanner.Feed([one]);
        }

        Assert.Equal(new TokenUsage(12, 300, 45000, 500, 30), scanner.Usage);
    }

    [Fact]
    public void Usage_StreamThatWasCut_IsWhatCameUntilThen()
    {
        var scanner = new SseScanner();
        scanner.Feed(Encoding.UTF8.GetBytes(Sse.Event("message_start", Start) + Sse.Event("message_delta", Delta)[..^20]));

        Assert.Equal(new TokenUsage(12, 1, 45000, 500, 30), scanner.Usage);
    }

    [Fact]
    public void Usage_OtherEvents_TellNothing()
    {
        var scanner = new SseScanner();
        scanner.Feed(Encoding.UTF8.GetBytes(Sse.Event("other", Start) + $"data: {Start}\n\n" + $"event: message_start\nid: {Start}\n\n" + $"event: message_start\n\ndata: {Start}\n\n"));

        Assert.Equal(default, scanner.Usage);
    }

    [Fact]
    public void Feed_EventsThatTellNothing_CostNoMemory()
    {
        var scanner = new SseScanner();
        scanner.Feed(Encoding.UTF8.GetBytes(Sse.Event("message_start", Start)));
        var delta = Encoding.UTF8.GetBytes(Sse.Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"""));
        scanner.Feed(delta);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            scanner.Feed(delta);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
