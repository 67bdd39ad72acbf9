using System.Buffers;
using System.Text.Json;
using ClaudeProxy.Accounts;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Hosting;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Administration;

/// <summary>Writes what is seen from outside, as JSON. Thread-safe.</summary>
internal sealed class StatusReport(BodyMemory memory, ReloadStatus reloads, UsageBook usage, TimeProvider timeProvider)
{
    /// <summary>The present time.</summary>
    public DateTimeOffset Now => timeProvider.GetUtcNow();

    /// <summary>Whether anybody could serve a request, be it as a last resort.</summary>
    public static bool IsReady(Generation generation, DateTimeOffset now) =>
        generation.Feed.Value.Pool.Accounts.Any(account => account.StandingAt(now, model: null).Tier != Tier.Unusable);

    /// <summary>Writes <c>/ready</c>.</summary>
    public static void WriteReady(IBufferWriter<byte> output, bool isReady)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("status", isReady ? "ready" : "not_ready");
        json.WriteEndObject();
    }

    /// <summary>Writes <c>/health</c>: the eight keys that monitors of claude-code-lb know, the two of the Claude middleware, and ours.</summary>
    public void WriteHealth(IBufferWriter<byte> output, Generation generation, bool isReady)
    {
        var now = Now;
        var accounts = generation.Feed.Value.Pool.Accounts;
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("available_servers", accounts.Count(account => account.HasRoom && account.IsUsable(now, model: null)));
        json.WriteNumber("cooldown_seconds", generation.Options.Cooldown.TotalSeconds);
        json.WriteNumber("cooling_down", accounts.Count(account => account.Cooldown.StandingAt(now).Tier != Tier.Usable));
        json.WriteBoolean("fallback", generation.Options.Fallback);
        json.WriteString("load_balancer", Path.GetFileName(generation.Options.Algorithm));
        json.WriteString("status", "ok");
        json.WriteString("time", now);
        json.WriteNumber("total_servers", accounts.Count);
        json.WriteBoolean("ready", isReady);
        json.WriteString("service", generation.Options.IsRelay ? "claude-middleware" : "claude-proxy");
        json.WriteBoolean("upstream_down", accounts.Any(account => account.Upstream.Cooldown.Fault is not null));
        json.WriteString("version", ProductInfo.Version);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>/status</c>: every account, the plugins, the policy, the last reload.</summary>
    public void WriteStatus(IBufferWriter<byte> output, Generation generation, bool isReady, Draining draining)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("version", ProductInfo.Version);
        json.WriteString("time", Now);
        json.WriteBoolean("ready", isReady);
        json.WriteBoolean("draining", draining.HasBegun);
        json.WriteNumber("requests_in_flight", draining.InFlight);
        json.WriteNumber("body_memory_used", memory.Used);
        json.WriteNumber("body_memory_limit", memory.Limit);
        json.WriteNumber("held", generation.Loop.Held);
        json.WriteNumber("waiting_for_cache", generation.Feed.Value.Pool.Patient);
        json.WriteNumber("held_limit", generation.Options.Failover.MaxHeld);
        QueueReport.Write(json, generation.Feed.Value.Pool);
        UsageReport.Write(json, usage);
        AccountReport.Write(json, generation.Feed.Value, Now);
        ExtensionReport.Write(json, generation);
        ProcessReport.Write(json);
        WriteReload(json);
        json.WriteEndObject();
    }

    private void WriteReload(Utf8JsonWriter json)
    {
        if (reloads.Last is not { } last)
        {
            json.WriteNull("last_reload");
            return;
        }

        json.WriteStartObject("last_reload");
        json.WriteString("time", last.At);
        json.WriteBoolean("applied", last.Faults.Count == 0);
        json.WriteStartArray("faults");
        foreach (var fault in last.Faults)
        {
            json.WriteStringValue(fault);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
