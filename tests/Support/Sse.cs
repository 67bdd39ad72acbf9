using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Tests.Support;

/// <summary>The text of server-sent events.</summary>
public static class Sse
{
    /// <summary>The event that means nothing but that the upstream is alive.</summary>
    public static string Ping => Wire.Ping;

    /// <summary>One event.</summary>
    public static string Event(string type, string data = "{}") => $"event: {type}\ndata: {data}\n\n";

    /// <summary>The event that ends a stream with an error.</summary>
    public static string Error(string type = "overloaded_error", string message = "Overloaded") =>
        Wire.ErrorEvent(ApiErrors.OfType(type, message), "req_1");

    /// <summary>The events of a whole message, in order.</summary>
    /// <param name="parts">The parts in which its text comes.</param>
    public static string[] Message(params string[] parts) =>
    [
        .. Wire.Events(new Reply
        {
            MessageId = "msg_1",
            Model = "claude-sonnet-5-5",
            Parts = parts,
            Usage = new PromptUsage(10, 0, 0, 0),
            OutputTokens = parts.Length,
            StopReason = "end_turn",
        }),
    ];
}
