using System.Text.Json;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Reads the prompt of a request in the order in which the API caches it: tools, system prompt, messages.</summary>
internal static class PromptReader
{
    /// <summary>Bytes of a body that are charged as one token.</summary>
    private const int BytesPerToken = 4;

    private const int MostBreakpoints = 4;

    /// <summary>Reads the prompt of <paramref name="root"/>.</summary>
    /// <param name="root">The body, an object.</param>
    /// <param name="model">Its model.</param>
    /// <param name="bytes">Its length.</param>
    /// <exception cref="ApiException">It asks the cache for what there is not.</exception>
    public static Prompt Read(JsonElement root, string model, long bytes)
    {
        var blocks = new List<PromptBlock>();
        AddPart(blocks, root, "tools", "tool");
        AddPart(blocks, root, "system", "system");
        foreach (var message in root.GetProperty("messages").EnumerateArray())
        {
            AddPart(blocks, message, "content", RoleOf(message));
        }

        if (CacheControl.Of(root) is { } keepFor && blocks.Count > 0)
        {
            blocks[^1] = blocks[^1] with { KeepFor = blocks[^1].KeepFor ?? keepFor };
        }

        var breakpoints = blocks.Count(block => block.KeepFor is not null);
        return breakpoints <= MostBreakpoints
            ? new Prompt(model, (bytes + BytesPerToken - 1) / BytesPerToken, blocks)
            : throw ApiErrors.Invalid($"A maximum of {MostBreakpoints} blocks with cache_control may be provided. Found {breakpoints}.");
    }

    private static void AddPart(List<PromptBlock> blocks, JsonElement owner, string name, string before)
    {
        if (owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(name, out var part))
        {
            return;
        }

        if (part.ValueKind != JsonValueKind.Array)
        {
            Add(blocks, part, before);
            return;
        }

        foreach (var block in part.EnumerateArray())
        {
            Add(blocks, block, before);

            // One message of two blocks is not two messages.
            before = "";
        }
    }

    private static void Add(List<PromptBlock> blocks, JsonElement block, string before)
    {
        var (content, bytes) = ContentHash.Of(block, before);
        blocks.Add(new PromptBlock(content, bytes / BytesPerToken, CacheControl.Of(block)));
    }

    private static string RoleOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String
            ? role.GetString()!
            : "";
}
