using System.Text;

namespace ClaudeProxy.Relay;

/// <summary>The error event that ends a broken stream, as the API would send it.</summary>
internal static class StreamError
{
    /// <summary>The event's bytes.</summary>
    /// <param name="message">For people; never secret. Plain ASCII without quotes.</param>
    /// <param name="isBetweenLines">Whether the last byte before it ended a line. Never an empty line comes first: it would end a half event, and
    /// clients would take that for a whole one, even for the end of the message. Instead the half event becomes part of this one, for a
    /// later <c>event:</c> line replaces the name of the event that it belongs to.</param>
    public static byte[] Event(string message, bool isBetweenLines) => Event(
        Encoding.ASCII.GetBytes($"{{\"type\":\"error\",\"error\":{{\"type\":\"api_error\",\"message\":\"{message}\"}}}}"), isBetweenLines);

    /// <summary>The bytes of an event whose data is <paramref name="error"/>, JSON on one line; otherwise the same.</summary>
    public static byte[] Event(ReadOnlySpan<byte> error, bool isBetweenLines) =>
        [.. isBetweenLines ? ""u8 : "\n"u8, .. "event: error\ndata: "u8, .. error, .. "\n\n"u8];
}
