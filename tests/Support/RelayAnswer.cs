using System.Globalization;
using System.Text.Json;

namespace ClaudeProxy.Tests.Support;

/// <summary>One way in which a relay answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body, or <see langword="null"/> for one that names who served the request.</param>
/// <param name="Headers">Further headers.</param>
public sealed record RelayAnswer(int Status, string? Body, params (string Name, string Value)[] Headers)
{
    /// <summary>The request is served.</summary>
    public static RelayAnswer Served { get; } = new(200, null);

    /// <summary>The relay speaks for itself: a text where the API has an error object.</summary>
    public static RelayAnswer Own(int status, string error, string message = "No.", params (string Name, string Value)[] headers) =>
        new(status, JsonSerializer.Serialize(new { error, message }), headers);

    /// <summary>The relay passes on what the API said about the account.</summary>
    public static RelayAnswer OfAccount(int status, string type, params (string Name, string Value)[] headers) =>
        new(status, JsonSerializer.Serialize(new { type = "error", error = new { type, message = "No." } }), headers);

    /// <summary>The account is out of quota for that long.</summary>
    public static RelayAnswer LimitedFor(TimeSpan time) => OfAccount(
        429, "rate_limit_error", ("anthropic-ratelimit-unified-status", "rejected"),
        ("anthropic-ratelimit-unified-reset", (TimeProvider.System.GetUtcNow() + time).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
}
