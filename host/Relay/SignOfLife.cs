using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Relay;

/// <summary>What a client of a stream gets while there is nothing to send: a comment, which every reader of events skips.</summary>
internal static class SignOfLife
{
    private static readonly byte[] s_betweenEvents = ": keep-alive\n\n"u8.ToArray(), s_inEvent = ": keep-alive\n"u8.ToArray();

    /// <summary>At the beginning of a stream, or between two events.</summary>
    public static ReadOnlyMemory<byte> BetweenEvents => s_betweenEvents;

    /// <summary>Where the stream stands: an empty line would end a half event, and within a line nothing can be said.</summary>
    public static ReadOnlyMemory<byte> For(SseScanner events) =>
        !events.IsBetweenLines ? ReadOnlyMemory<byte>.Empty : events.IsBetweenEvents ? s_betweenEvents : s_inEvent;
}
