using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The texts of the Messages API.</summary>
internal static class Wire
{
    /// <summary>The event that means nothing but that the upstream is alive.</summary>
    public static string Ping { get; } = Event("ping", "");

    /// <summary>A message in one piece.</summary>
    public static string Message(Reply reply) =>
        Message(reply, $$$"""[{"type":"text","text":{{{Quote(string.Concat(reply.Parts))}}}}]""", Quote(reply.StopReason), reply.OutputTokens);

    /// <summary>A message as the events of a stream, in order.</summary>
    public static IEnumerable<string> Events(Reply reply)
    {
        yield return Event("message_start", $$$""","message":{{{Message(reply, "[]", "null", 1)}}}""");
        yield return Event("content_block_start", ""","index":0,"content_block":{"type":"text","text":""}""");
        yield return Ping;
        foreach (var part in reply.Parts)
        {
            yield return Event("content_block_delta", $$$""","index":0,"delta":{"type":"text_delta","text":{{{Quote(part)}}}}""");
        }

        yield return Event("content_block_stop", ""","index":0""");
        yield return Event(
            "message_delta",
            $$$""","delta":{"stop_reason":{{{Quote(reply.StopReason)}}},"stop_sequence":null},"usage":{{{Usage(reply, reply.OutputTokens)}}}""");
        yield return Event("message_stop", "");
    }

    /// <summary>The count of a request's tokens.</summary>
    public static string TokenCount(long inputTokens) => $$$"""{"input_tokens":{{{inputTokens}}}}""";

    /// <summary>The body of an answer with an error status.</summary>
    public static string Error(ApiException error, string requestId) =>
        $$$"""{"type":"error","error":{"type":{{{Quote(error.Type)}}},"message":{{{Quote(error.Message)}}}},"request_id":{{{Quote(requestId)}}}}""";

    /// <summary>The event that ends a stream with an error.</summary>
    public static string ErrorEvent(ApiException error, string requestId) => $"event: error\ndata: {Error(error, requestId)}\n\n";

    private static string Message(Reply reply, string content, string stopReason, int outputTokens) =>
        $$$"""{"id":{{{Quote(reply.MessageId)}}},"type":"message","role":"assistant","model":{{{Quote(reply.Model)}}},"content":{{{content}}}"""
        + $$$""","stop_reason":{{{stopReason}}},"stop_sequence":null,"usage":{{{Usage(reply, outputTokens)}}}}""";

    // Prompts are not cached: nothing is written to the cache, and nothing read from it.
    private static string Usage(Reply reply, int outputTokens) =>
        $$$"""{"input_tokens":{{{reply.InputTokens}}},"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":{{{outputTokens}}}}""";

    private static string Event(string type, string rest) => $$"""
        event: {{type}}
        data: {"type":"{{type}}"{{rest}}}


        """;

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
