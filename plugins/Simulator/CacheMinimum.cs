namespace ClaudeProxy.Plugins.Simulator;

/// <summary>How long a prefix must be to be cached. Shorter ones are no error; they are just not kept.</summary>
internal static class CacheMinimum
{
    private const long Usual = 1024;

    // "Cache limitations" of platform.claude.com/docs/en/build-with-claude/prompt-caching. A model that is newer than this list counts as the
    // one whose name its own begins with.
    private static readonly (string Beginning, long Tokens)[] s_others =
    [
        ("claude-opus-5", 512), ("claude-fable-5", 512), ("claude-mythos-5", 512),
        ("claude-opus-4-7", 2048), ("claude-opus-4-6", 4096), ("claude-opus-4-5", 4096), ("claude-haiku-4-5", 4096),
        ("claude-3-5-haiku", 2048), ("claude-3-haiku", 2048),
    ];

    /// <summary>The least for <paramref name="model"/>, in tokens.</summary>
    public static long Of(string model)
    {
        foreach (var (beginning, tokens) in s_others)
        {
            if (model.StartsWith(beginning, StringComparison.Ordinal))
            {
                return tokens;
            }
        }

        return Usual;
    }
}
