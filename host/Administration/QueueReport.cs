using System.Text.Json;
using ClaudeProxy.Accounts;

namespace ClaudeProxy.Administration;

/// <summary>Writes the queue of <c>/status</c>.</summary>
internal static class QueueReport
{
    /// <summary>Writes <c>queue</c>.</summary>
    public static void Write(Utf8JsonWriter json, AccountPool pool)
    {
        json.WriteStartObject("queue");
        json.WriteNumber("length", pool.Line.Count);
        json.WriteNumber("limit", pool.Options.Queue.Length);
        json.WriteNumber("waited", pool.Line.Entered);
        json.WriteNumber("refused", pool.Line.Refused);
        json.WriteNumber("timed_out", pool.Line.TimedOut);
        json.WriteEndObject();
    }
}
