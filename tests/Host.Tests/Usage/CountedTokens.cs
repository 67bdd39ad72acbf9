using System.Text.Json;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Usage;

/// <summary>Answers that tell of tokens, and what the proxy makes of them.</summary>
internal static class CountedTokens
{
    /// <summary>A message in one piece.</summary>
    public static string Message(int input = 12, int output = 300, int read = 45_000, int write5m = 500, int write1h = 30, string text = "Hello") => JsonSerializer.Serialize(new
    {
        id = "msg_1",
        type = "message",
        content = new[] { new { type = "text", text } },
        usage = Usage(input, output, read, write5m, write1h),
    });

    /// <summary>The events of a message.</summary>
    public static string[] Events(int input = 12, int output = 300, int read = 45_000, int write5m = 500, int write1h = 30) =>
    [
        Sse.Event("message_start", JsonSerializer.Serialize(new { type = "message_start", message = new { usage = Usage(input, output: 1, read, write5m, write1h) } })),
        Sse.Event("content_block_delta", """{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}"""),
        Sse.Event("message_delta", JsonSerializer.Serialize(new { type = "message_delta", usage = new { output_tokens = output } })),
        Sse.Event("message_stop"),
    ];

    /// <summary>Waits until so many answers have been counted, and gives <c>usage</c> of <c>/status</c>.</summary>
    public static async Task<JsonElement> UsageAsync(this ProxyHarness proxy, int requests = 1)
    {
        await proxy.HoldsAsync(status => status.GetProperty("usage").GetProperty("total").GetProperty("requests").GetInt32() >= requests);
        return (await proxy.StatusAsync()).GetProperty("usage");
    }

    /// <summary>The numbers of one tally, in the order in which they are written: requests, input, output, read, written for 5 minutes and for 1 hour.</summary>
    public static long[] Numbers(this JsonElement tally) => [.. tally.EnumerateObject().Take(6).Select(property => property.Value.GetInt64())];

    /// <summary>Moves, and the tokens lost by them.</summary>
    public static (long Moves, long Lost) Moves(this JsonElement tally) =>
        (tally.GetProperty("moves").GetInt64(), tally.GetProperty("lost_by_moves_tokens").GetInt64());

    private static object Usage(int input, int output, int read, int write5m, int write1h) => new
    {
        input_tokens = input,
        cache_creation_input_tokens = write5m + write1h,
        cache_read_input_tokens = read,
        cache_creation = new { ephemeral_5m_input_tokens = write5m, ephemeral_1h_input_tokens = write1h },
        output_tokens = output,
    };
}
