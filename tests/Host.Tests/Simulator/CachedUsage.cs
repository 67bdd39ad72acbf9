using System.Text.Json;

namespace ClaudeProxy.Tests.Simulator;

/// <summary>The <c>usage</c> of an answer.</summary>
internal sealed record CachedUsage(long Input, long Read, long Written, long Written5m, long Written1h)
{
    /// <summary>The whole prompt.</summary>
    public long Prompt => Input + Read + Written;

    /// <summary>Posts a request that has to be served, and reads what it cost.</summary>
    public static async Task<CachedUsage> OfAsync(Simulation simulation, string body, string token = "token-sim-1")
    {
        using var response = await simulation.PostAsync(body, token: token);
        return Of((await response.ReadJsonAsync()).GetProperty("usage"));
    }

    /// <summary>Reads <c>usage</c>.</summary>
    public static CachedUsage Of(JsonElement usage) => new(
        usage.GetProperty("input_tokens").GetInt64(),
        usage.GetProperty("cache_read_input_tokens").GetInt64(),
        usage.GetProperty("cache_creation_input_tokens").GetInt64(),
        usage.GetProperty("cache_creation").GetProperty("ephemeral_5m_input_tokens").GetInt64(),
        usage.GetProperty("cache_creation").GetProperty("ephemeral_1h_input_tokens").GetInt64());
}
