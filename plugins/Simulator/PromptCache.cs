namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The prompts that a workspace keeps, as the API does: whole prefixes that end at a breakpoint, until they have not been used for
/// as long as they are kept. Thread-safe.</summary>
/// <remarks>https://platform.claude.com/docs/en/build-with-claude/prompt-caching</remarks>
internal sealed class PromptCache
{
    /// <summary>How far before a breakpoint an entry is looked for, in blocks, the breakpoint's own among them.</summary>
    public const int LookBack = 20;

    /// <summary>Beyond it those go first that would be lost first.</summary>
    private const int Most = 65_536;

    // An odd number without pattern (splitmix64's and PCG's): a prefix is told apart by the blocks before it, and their order.
    private static readonly UInt128 s_multiplier = new(0x9E3779B97F4A7C15, 0x5851F42D4C957F2D);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, Entry> _entries = [];

    /// <summary>Looks up <paramref name="prompt"/>.</summary>
    public CacheUse Read(Prompt prompt, DateTimeOffset now)
    {
        var least = CacheMinimum.Of(prompt.Model);
        var prefixes = PrefixesOf(prompt);
        var breakpoints = Enumerable.Range(0, prefixes.Length)
            .Where(index => prompt.Blocks[index].KeepFor is not null && prefixes[index].Tokens >= least).ToArray();
        if (breakpoints.Length == 0)
        {
            return new CacheUse(new PromptUsage(prompt.Tokens, 0, 0, 0), []);
        }

        lock (_lock)
        {
            var found = FindLocked(prefixes, breakpoints, now);
            var kept = found < 0 || breakpoints.Contains(found) ? breakpoints : [.. breakpoints, found];
            return new CacheUse(
                UsageOf(prompt, prefixes, breakpoints, found < 0 ? 0 : prefixes[found].Tokens),
                [.. kept.Select(index => (prefixes[index].Key, LifeOfLocked(prefixes[index].Key, now) ?? prompt.Blocks[index].KeepFor!.Value))]);
        }
    }

    /// <summary>Keeps what <paramref name="use"/> adds, and prolongs the life of what it reads. Called when the answer begins: before, nobody
    /// else finds it.</summary>
    public void Write(CacheUse use, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (prefix, keepFor) in use.Kept)
            {
                // Another request may have asked for a longer life meanwhile.
                if (!_entries.TryGetValue(prefix, out var known) || known.Until < now + keepFor)
                {
                    _entries[prefix] = new Entry(keepFor, now + keepFor);
                }
            }

            if (_entries.Count > Most)
            {
                ForgetLocked(now);
            }
        }
    }

    /// <summary>The last block up to which the prompt is in the cache, or -1. From the end: the first hit is the longest.</summary>
    private int FindLocked((UInt128 Key, long Tokens)[] prefixes, int[] breakpoints, DateTimeOffset now)
    {
        foreach (var breakpoint in breakpoints.Reverse())
        {
            for (var index = breakpoint; index >= 0 && index > breakpoint - LookBack; index--)
            {
                if (LifeOfLocked(prefixes[index].Key, now) is not null)
                {
                    return index;
                }
            }
        }

        return -1;
    }

    /// <summary>How long a prefix that is in the cache is kept.</summary>
    private TimeSpan? LifeOfLocked(UInt128 prefix, DateTimeOffset now) =>
        _entries.TryGetValue(prefix, out var entry) && entry.Until > now ? entry.KeepFor : null;

    /// <summary>What lies beyond the hit is written up to the last breakpoint: for an hour up to the last that asks for it, then for five minutes.</summary>
    private static PromptUsage UsageOf(Prompt prompt, (UInt128 Key, long Tokens)[] prefixes, int[] breakpoints, long read)
    {
        var cached = prefixes[breakpoints[^1]].Tokens;
        var forAnHour = breakpoints.Where(index => prompt.Blocks[index].KeepFor == CacheControl.Hour)
            .Select(index => prefixes[index].Tokens).DefaultIfEmpty(0).Max();
        var hourEnd = Math.Max(read, forAnHour);
        return new PromptUsage(prompt.Tokens - cached, read, cached - hourEnd, hourEnd - read);
    }

    private static (UInt128 Key, long Tokens)[] PrefixesOf(Prompt prompt)
    {
        var prefixes = new (UInt128 Key, long Tokens)[prompt.Blocks.Count];
        var (key, tokens) = (ContentHash.Of(prompt.Model), 0L);
        for (var index = 0; index < prefixes.Length; index++)
        {
            key = (key * s_multiplier) + prompt.Blocks[index].Content;
            tokens += prompt.Blocks[index].Tokens;
            prefixes[index] = (key, tokens);
        }

        return prefixes;
    }

    private void ForgetLocked(DateTimeOffset now)
    {
        foreach (var (prefix, _) in _entries.Where(entry => entry.Value.Until <= now).ToArray())
        {
            _entries.Remove(prefix);
        }

        // A quarter at once, so that it is not sorted for each request.
        var tooMany = _entries.Count > Most * 3 / 4 ? _entries.Count - (Most * 3 / 4) : 0;
        foreach (var (prefix, _) in _entries.OrderBy(entry => entry.Value.Until).Take(tooMany).ToArray())
        {
            _entries.Remove(prefix);
        }
    }

    private readonly record struct Entry(TimeSpan KeepFor, DateTimeOffset Until);
}
