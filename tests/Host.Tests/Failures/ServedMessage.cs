using System.Text.Json.Nodes;

namespace ClaudeProxy.Tests.Failures;

/// <summary>The answer of an account that serves, which says who served.</summary>
internal static class ServedMessage
{
    /// <summary>A message with the text <c>served by</c> and <paramref name="account"/>; it is an answer to <c>count_tokens</c> as well.</summary>
    public static string By(string account) => With(new JsonObject
    {
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = $"served by {account}" }), ["input_tokens"] = 1,
    });

    /// <summary>A message with these members in place of its own.</summary>
    public static string With(JsonObject members)
    {
        var message = JsonNode.Parse("""
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":"end_turn","stop_sequence":null,
             "usage":{"input_tokens":1,"output_tokens":1}}
            """)!.AsObject();
        foreach (var (name, value) in members)
        {
            message[name] = value?.DeepClone();
        }

        return message.ToJsonString();
    }
}
