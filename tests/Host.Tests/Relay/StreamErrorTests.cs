using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Relay;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

public sealed class StreamErrorTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Event_StreamIsCutAnywhere_ReadsAsAnErrorAfterWholeEventsOnly(string lineEnd)
    {
        var events = Sse.Message("Hello", "wörld");
        var stream = Encoding.UTF8.GetBytes(string.Concat(events).Replace("\n", lineEnd, StringComparison.Ordinal));
        var whole = Parse(stream);

        for (var length = 0; length < stream.Length; length++)
        {
            var scanner = new SseScanner();
            scanner.Feed(stream.AsSpan(0, length));

            var read = Parse([.. stream.AsSpan(0, length), .. StreamError.Event("The upstream broke off the stream.", scanner.IsBetweenLines)]);

            Assert.Equal("error", read[^1].EventType);
            Assert.EndsWith("\"message\":\"The upstream broke off the stream.\"}}", read[^1].Data, StringComparison.Ordinal);
            Assert.Equal(whole[..(read.Length - 1)], read[..^1]);
        }
    }

    [Fact]
    public void Event_BetweenEvents_IsWhatTheApiWouldSend()
    {
        var item = Assert.Single(Parse(StreamError.Event("The proxy is stopping.", isBetweenLines: true)));

        var error = JsonElement.Parse(item.Data);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal("api_error", error.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal("The proxy is stopping.", error.GetProperty("error").GetProperty("message").GetString());
    }

    private static SseItem<string>[] Parse(byte[] stream)
    {
        using var bytes = new MemoryStream(stream);
        return [.. SseParser.Create(bytes).Enumerate()];
    }
}
