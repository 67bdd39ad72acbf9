using System.Text.Json.Serialization;
using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Explain;

/// <summary>How a request ended.</summary>
/// <param name="AfterMs">Milliseconds since it arrived.</param>
/// <param name="FirstByteMs">Milliseconds until the answer was known, or <see langword="null"/> if none came.</param>
/// <param name="Status">The status that the client got.</param>
/// <param name="Account">The account that served it or tried last, or <see langword="null"/>.</param>
/// <param name="Attempts">Attempts made, repeats included.</param>
/// <param name="Ending">How the answer ended.</param>
/// <param name="Error">The error of our own that the client got, or <see langword="null"/>.</param>
internal sealed record DecisionEnd(double AfterMs, double? FirstByteMs, int Status, string? Account, int Attempts, Ending Ending, string? Error)
{
    /// <summary>Tokens of the request that no prompt cache had a part in; like the others 0 if the answer did not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long InputTokens { get; init; }

    /// <summary>Tokens of the answer, as far as it came.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long OutputTokens { get; init; }

    /// <summary>Tokens of the request that were read from the prompt cache.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CacheReadTokens { get; init; }

    /// <summary>Tokens of the request that were written to the prompt cache.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CacheWriteTokens { get; init; }
}
