using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What a request for a message, or for its count of tokens, asks for.</summary>
/// <param name="Model">The model.</param>
/// <param name="Prompt">All that the model is to read: a token for every four bytes of the body.</param>
/// <param name="Question">The last text of the user; empty if there is none.</param>
/// <param name="MaxTokens">The longest answer.</param>
/// <param name="Stream">Whether it comes as a stream.</param>
internal sealed record MessageRequest(string Model, Prompt Prompt, string Question, int MaxTokens, bool Stream)
{
    /// <summary>Reads and checks the body.</summary>
    /// <exception cref="ApiException">It does not fit.</exception>
    public static async Task<MessageRequest> ReadAsync(HttpRequest request, bool countOnly, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        body.Position = 0;
        try
        {
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return Read(json.RootElement, body.Length, countOnly);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no text, such as half a surrogate pair.
            throw ApiErrors.Invalid($"The request body is not valid JSON: {exception.Message}");
        }
    }

    private static MessageRequest Read(JsonElement root, long bytes, bool countOnly)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw ApiErrors.Invalid("Input should be a valid dictionary");
        }

        var model = Field(root, "model", JsonValueKind.String, "Input should be a valid string").GetString()!;
        var messages = Field(root, "messages", JsonValueKind.Array, "Input should be a valid list");
        if (messages.GetArrayLength() == 0)
        {
            throw ApiErrors.Invalid("messages: at least one message is required");
        }

        var maxTokens = countOnly ? 1 : MaxTokensOf(root);
        if (!model.StartsWith("claude", StringComparison.Ordinal))
        {
            throw ApiErrors.OfStatus(404, message: $"model: {model}");
        }

        var stream = root.TryGetProperty("stream", out var flag) && flag.ValueKind == JsonValueKind.True;
        return new MessageRequest(model, PromptReader.Read(root, model, bytes), LastQuestion(messages), maxTokens, stream);
    }

    private static int MaxTokensOf(JsonElement root) =>
        Field(root, "max_tokens", JsonValueKind.Number, "Input should be a valid integer").TryGetInt32(out var number) && number >= 1
            ? number
            : throw ApiErrors.Invalid("max_tokens: Input should be greater than or equal to 1");

    private static JsonElement Field(JsonElement root, string name, JsonValueKind kind, string rule) =>
        !root.TryGetProperty(name, out var value) ? throw ApiErrors.Invalid($"{name}: Field required")
        : value.ValueKind == kind ? value
        : throw ApiErrors.Invalid($"{name}: {rule}");

    private static string LastQuestion(JsonElement messages)
    {
        var texts =
            from message in messages.EnumerateArray()
            where TextOf(message, "role") == "user" && message.TryGetProperty("content", out _)
            let content = message.GetProperty("content")
            from text in content.ValueKind == JsonValueKind.Array
                ? content.EnumerateArray().Where(block => TextOf(block, "type") == "text").Select(block => TextOf(block, "text"))
                : [TextOf(message, "content")]
            where text is not null
            select text;
        return texts.LastOrDefault() ?? "";
    }

    private static string? TextOf(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
