using System.Text;

namespace ClaudeProxy.Relay;

/// <summary>The error event that ends a broken stream, as the API would send it.</summary>
internal static class StreamError
{
    /// <summary>The event's bytes.</summary>
    /// <param name="message">For people; never secret. Plain ASCII without quotes.</param>
    /// <param name="isBetweenEvents">Whether the last byte before it ended an event. If not, the event turns the half one into itself: a later
    /// <c>event:</c> line replaces the name of the event that it belongs to, so no client takes the half one for a whole.</param>
    public static byte[] Event(string message, bool isBetweenEvents) => Encoding.ASCII.GetBytes(
        $"{(isBetweenEvents ? "" : "\n")}event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"api_error\",\"message\":\"{message}\"}}}}\n\n");
}
