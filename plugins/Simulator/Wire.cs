using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The texts of the Messages API.</summary>
internal static class Wire
{
    // Readable to people who watch a stream go by; nobody puts it into a page.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event that means nothing but that the upstream is alive.</summary>
    public static string Ping { get; } = Event(new JsonObject { ["type"] = "ping" });

    /// <summary>A message in one piece.</summary>
    public static string Message(Reply reply) =>
        Write(Message(reply, [Text("text", string.Concat(reply.Parts))], reply.StopReason, reply.OutputTokens));

    /// <summary>A message as the events of a stream, in order.</summary>
    public static IEnumerable<string> Events(Reply reply)
    {
        yield return Event(new() { ["type"] = "message_start", ["message"] = Message(reply, [], null, 1) });
        yield return Event(new() { ["type"] = "content_block_start", ["index"] = 0, ["content_block"] = Text("text", "") });
        yield return Ping;
        foreach (var part in reply.Parts)
        {
            yield return Event(new() { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = Text("text_delta", part) });
        }

        yield return Event(new() { ["type"] = "content_block_stop", ["index"] = 0 });
        yield return Event(new()
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = reply.StopReason, ["stop_sequence"] = null },
            ["usage"] = Usage(reply, reply.OutputTokens),
        });
        yield return Event(new() { ["type"] = "message_stop" });
    }

    /// <summary>The count of a request's tokens.</summary>
    public static string TokenCount(long inputTokens) => Write(new() { ["input_tokens"] = inputTokens });

    /// <summary>The body of an answer with an error status.</summary>
    public static string Error(ApiException error, string requestId) => Write(ErrorObject(error, requestId));

    /// <summary>The event that ends a stream with an error.</summary>
    public static string ErrorEvent(ApiException error, string requestId) => Event(ErrorObject(error, requestId));

    private static JsonObject Message(Reply reply, JsonArray content, string? stopReason, int outputTokens) => new()
    {
        ["id"] = reply.MessageId,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = reply.Model,
        ["content"] = content,
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = null,
        ["usage"] = Usage(reply, outputTokens),
    };

    private static JsonObject Text(string type, string text) => new() { ["type"] = type, ["text"] = text };

    private static JsonObject Usage(Reply reply, int outputTokens) => new()
    {
        ["input_tokens"] = reply.Usage.Input,
        ["cache_creation_input_tokens"] = reply.Usage.Written,
        ["cache_read_input_tokens"] = reply.Usage.Read,
        ["cache_creation"] = new JsonObject
        {
            ["ephemeral_5m_input_tokens"] = reply.Usage.Written5m,
            ["ephemeral_1h_input_tokens"] = reply.Usage.Written1h,
        },
        ["output_tokens"] = outputTokens,
    };

    private static JsonObject ErrorObject(ApiException error, string requestId) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = error.Type, ["message"] = error.Message },
        ["request_id"] = requestId,
    };

    private static string Event(JsonObject data) => $"event: {data["type"]}\ndata: {Write(data)}\n\n";

    private static string Write(JsonObject value) => value.ToJsonString(s_json);
}
