using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeProxy.Chaos;

/// <summary>What an upstream answers: every byte follows from the request's number, the hash of its body and the attempt, so that the client can
/// check them all.</summary>
internal static partial class Answers
{
    /// <summary>A whole stream of events.</summary>
    public static string Stream(string request, string attempt, string bodyHash)
    {
        var random = new Random(int.Parse(request, CultureInfo.InvariantCulture));
        var text = new StringBuilder();
        Event(text, "message_start", $$$"""{"type":"message_start","message":{"id":"{{{IdOf(request, attempt)}}}","type":"message","role":"assistant","content":[],"body":"{{{bodyHash}}}"}}""");
        Event(text, "content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
        for (var (i, count) = (0, random.Next(3, 40)); i < count; i++)
        {
            Event(text, "content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{attempt}}}-{{{i}}}-{{{random.NextInt64():x}}}"}}""");
        }

        Event(text, "content_block_stop", """{"type":"content_block_stop","index":0}""");
        Event(text, "message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":10}}""");
        Event(text, "message_stop", """{"type":"message_stop"}""");
        return text.ToString();
    }

    /// <summary>A whole message.</summary>
    public static string Message(string request, string attempt, string bodyHash)
    {
        var random = new Random(int.Parse(request, CultureInfo.InvariantCulture));
        var words = string.Join(' ', Enumerable.Range(0, random.Next(5, 200)).Select(_ => random.NextInt64().ToString("x", CultureInfo.InvariantCulture)));
        return $$"""{"id":"{{IdOf(request, attempt)}}","type":"message","role":"assistant","content":[{"type":"text","text":"{{words}}"}],"stop_reason":"end_turn","body":"{{bodyHash}}"}""";
    }

    /// <summary>An error in the API's form.</summary>
    public static string Error(string type, string message) => $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"}}""";

    /// <summary>An error as an event.</summary>
    public static string ErrorEvent(string type, string message)
    {
        var text = new StringBuilder();
        Event(text, "error", Error(type, message));
        return text.ToString();
    }

    /// <summary>The attempt that the answer says it belongs to, or <see langword="null"/> if it does not say.</summary>
    public static string? AttemptIn(string answer, string request) =>
        Id().Match(answer) is { Success: true } match && match.Groups[1].Value == request ? match.Groups[2].Value : null;

    /// <summary>The stream without what a proxy may add to keep a connection alive.</summary>
    public static string WithoutKeepAlives(string stream) =>
        stream.Contains("event: ping", StringComparison.Ordinal) || stream.StartsWith(':') || stream.Contains("\n:", StringComparison.Ordinal)
            ? KeepAlive().Replace(stream, "")
            : stream;

    private static string IdOf(string request, string attempt) => $"msg_{request}_{attempt}";

    private static void Event(StringBuilder text, string name, string data) => text.Append(CultureInfo.InvariantCulture, $"event: {name}\ndata: {data}\n\n");

    [GeneratedRegex("msg_([0-9]+)_([0-9]+)")]
    private static partial Regex Id();

    [GeneratedRegex(@"(?<=^|\n)(:[^\n]*\n\n|event: ping\ndata:[^\n]*\n\n)")]
    private static partial Regex KeepAlive();
}
