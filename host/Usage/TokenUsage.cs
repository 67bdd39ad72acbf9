namespace ClaudeProxy.Usage;

/// <summary>The tokens of an answer, or of many. All zero if the answer did not tell.</summary>
/// <param name="Input">Tokens of the request that no cache had a part in.</param>
/// <param name="Output">Tokens of the answer.</param>
/// <param name="CacheRead">Tokens of the request that were read from the prompt cache.</param>
/// <param name="CacheWrite5m">Tokens of the request that were written to the prompt cache for 5 minutes.</param>
/// <param name="CacheWrite1h">Tokens of the request that were written to the prompt cache for 1 hour.</param>
internal readonly record struct TokenUsage(long Input, long Output, long CacheRead, long CacheWrite5m, long CacheWrite1h)
{
    /// <summary>Tokens that were written to the prompt cache, for whatever time.</summary>
    public long CacheWrite => CacheWrite5m + CacheWrite1h;

    /// <summary>Length of what the prompt cache holds after the answer has begun.</summary>
    public long Cached => CacheRead + CacheWrite;

    /// <summary>Whether the answer told nothing.</summary>
    public bool IsUnknown => this == default;

    /// <summary>Whether the answer has nothing to do with what is cached of its conversation, such as that to a request for a title: it used no cache.</summary>
    /// <param name="cached">Length of what is cached.</param>
    public bool IsBeside(long cached) => cached > 0 && !IsUnknown && Cached == 0;

    /// <summary>The share of the request's tokens that were read from the prompt cache, from 0 to 1; <see langword="null"/> if there were none.</summary>
    public double? HitShare => Cached + Input is > 0 and var all ? (double)CacheRead / all : null;

    /// <summary>What the prompt cache saved, in tokens at the price of input: reading costs a tenth of it, writing 1.25 times as much for
    /// 5 minutes and twice as much for 1 hour. Less than zero if more was written than has been worth it so far.</summary>
    public double Saved => (0.9 * CacheRead) - (0.25 * CacheWrite5m) - CacheWrite1h;
}
