using System.Text.Json;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What <c>cache_control</c> asks for.</summary>
internal static class CacheControl
{
    /// <summary>How long a prefix is kept unless it says otherwise.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    /// <summary>The longer life, at a higher price.</summary>
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long <paramref name="owner"/>, a block or the request itself, wants the prompt up to it to be kept; <see langword="null"/> if it does not say.</summary>
    /// <exception cref="ApiException">It asks for what there is not.</exception>
    public static TimeSpan? Of(JsonElement owner)
    {
        if (owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty("cache_control", out var control) || control.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (control.ValueKind != JsonValueKind.Object || !control.TryGetProperty("type", out var type) || !type.ValueEquals("ephemeral"))
        {
            throw ApiErrors.Invalid("cache_control: Input tag does not match any of the expected tags: 'ephemeral'");
        }

        return !control.TryGetProperty("ttl", out var ttl) || ttl.ValueEquals("5m") ? Usual
            : ttl.ValueEquals("1h") ? Hour
            : throw ApiErrors.Invalid("cache_control.ephemeral.ttl: Input should be '5m' or '1h'");
    }
}
