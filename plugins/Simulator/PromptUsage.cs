namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What a prompt costs, in tokens. Each token is in one of the four.</summary>
/// <param name="Input">Neither read from the cache nor written to it.</param>
/// <param name="Read">Read from the cache.</param>
/// <param name="Written5m">Written to the cache for five minutes.</param>
/// <param name="Written1h">Written to the cache for an hour.</param>
internal readonly record struct PromptUsage(long Input, long Read, long Written5m, long Written1h)
{
    /// <summary>Written to the cache.</summary>
    public long Written => Written5m + Written1h;

    /// <summary>What counts towards the limit of input tokens: all but what is read from the cache.</summary>
    public long Limited => Input + Written;
}
