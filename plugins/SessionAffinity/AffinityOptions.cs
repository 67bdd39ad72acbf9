using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>What the operator wrote: what a cached prefix is worth.</summary>
internal sealed record AffinityOptions
{
    /// <summary>How long a conversation waits for its account rather than write 100,000 tokens to another cache; fewer tokens are worth less of
    /// a wait. 0 never waits. 0 seconds to 5 minutes; 10 seconds unless set.</summary>
    public TimeSpan WaitPer100KTokens { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A conversation leaves an account that has too many requests only if fewer tokens than this, for each request too many, are to be
    /// written again. 0 lets none leave. 0 to 1,000,000; 4000 unless set.</summary>
    public int MoveBelowTokens { get; init; } = 4000;

    /// <summary>Tokens of moved conversations that one account is given in a second; a sudden rush is refused. 0 for no limit.
    /// 0 to 100,000,000; 50,000 unless set.</summary>
    public int MovedTokensPerSecond { get; init; } = 50_000;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="PluginSettingsException">One of them does not fit.</exception>
    public static AffinityOptions Read(PluginSettings settings)
    {
        var unset = new AffinityOptions();
        return new AffinityOptions
        {
            WaitPer100KTokens = settings.GetDuration("wait_per_100k_tokens", unset.WaitPer100KTokens, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            MoveBelowTokens = settings.GetInt32("move_below_tokens", unset.MoveBelowTokens, 0, 1_000_000),
            MovedTokensPerSecond = settings.GetInt32("moved_tokens_per_second", unset.MovedTokensPerSecond, 0, 100_000_000),
        };
    }
}
