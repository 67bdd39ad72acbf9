using System.Text.Json;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Administration;

/// <summary>Writes the tokens of <c>/status</c>.</summary>
internal static class UsageReport
{
    /// <summary>Writes <c>usage</c>: in all, by model and by client.</summary>
    public static void Write(Utf8JsonWriter json, UsageBook book)
    {
        json.WriteStartObject("usage");
        Write(json, "total", book.Total);
        Write(json, "models", book.Models);
        Write(json, "clients", book.Clients);
        json.WriteNumber("conversations_remembered", book.Conversations.Count);
        json.WriteEndObject();
    }

    /// <summary>Writes one tally.</summary>
    public static void Write(Utf8JsonWriter json, string name, Tally tally)
    {
        var usage = tally.Usage;
        json.WriteStartObject(name);
        json.WriteNumber("requests", tally.Answers);
        json.WriteNumber("input_tokens", usage.Input);
        json.WriteNumber("output_tokens", usage.Output);
        json.WriteNumber("cache_read_tokens", usage.CacheRead);
        json.WriteNumber("cache_write_5m_tokens", usage.CacheWrite5m);
        json.WriteNumber("cache_write_1h_tokens", usage.CacheWrite1h);
        if (usage.HitShare is { } share)
        {
            json.WriteNumber("cache_hit_share", Math.Round(share, 4));
        }
        else
        {
            json.WriteNull("cache_hit_share");
        }

        json.WriteNumber("saved_by_cache_tokens", Math.Round(usage.Saved));
        json.WriteNumber("moves", tally.Moves);
        json.WriteNumber("lost_by_moves_tokens", tally.LostByMoves);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, TallyTable tallies)
    {
        json.WriteStartObject(name);
        foreach (var (key, tally) in tallies.All.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Write(json, key, tally);
        }

        json.WriteEndObject();
    }
}
