using System.Text.Json.Nodes;

namespace ClaudeProxy.Tests.Simulator;

/// <summary>A conversation that grows turn by turn, and asks for the cache as an agent does: at the end of the system prompt, and at its own end.</summary>
internal sealed class Chat(string name, string model = "claude-sonnet-5-5", string ttl = "5m", int wordsOfSystem = 2000)
{
    private readonly JsonArray _messages = [];

    /// <summary>Adds a turn: what the model said last, and what is said to it now.</summary>
    public Chat Say(string text = "And then?", int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            var answer = new JsonObject { ["role"] = "assistant", ["content"] = $"Answer {_messages.Count} in {name}." };
            if (_messages.Count > 0)
            {
                _messages.Add((JsonNode)answer);
            }

            _messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = $"{text} ({_messages.Count} in {name})" });
        }

        return this;
    }

    /// <summary>The request.</summary>
    /// <param name="marked">Whether its end is a breakpoint.</param>
    /// <param name="automatic">Whether the request asks for the cache as a whole, and none of its blocks does.</param>
    /// <param name="stream">Whether it asks for a stream.</param>
    public string Body(bool marked = true, bool automatic = false, bool stream = false)
    {
        var control = new JsonObject { ["type"] = "ephemeral", ["ttl"] = ttl };
        var messages = (JsonArray)_messages.DeepClone();
        if (marked)
        {
            // As clients do: the last text becomes a block, so that it can bear the mark.
            messages[^1]!["content"] = new JsonArray(new JsonObject
            {
                ["type"] = "text",
                ["text"] = (string)messages[^1]!["content"]!,
                ["cache_control"] = control.DeepClone(),
            });
        }

        var body = new JsonObject
        {
            ["model"] = model,
            ["max_tokens"] = 10,
            ["stream"] = stream,
            ["tools"] = new JsonArray(new JsonObject { ["name"] = "read", ["input_schema"] = new JsonObject { ["type"] = "object" } }),
            ["system"] = new JsonArray(SystemBlock(marked ? control : null)),
            ["messages"] = messages,
        };
        if (automatic)
        {
            body["cache_control"] = control;
        }

        return body.ToJsonString();
    }

    private JsonObject SystemBlock(JsonNode? control)
    {
        var block = new JsonObject { ["type"] = "text", ["text"] = string.Concat(Enumerable.Repeat("You are an agent. ", wordsOfSystem / 4)) };
        if (control is not null)
        {
            block["cache_control"] = control.DeepClone();
        }

        return block;
    }
}
