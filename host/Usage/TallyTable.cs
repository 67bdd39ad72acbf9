using System.Collections.Concurrent;

namespace ClaudeProxy.Usage;

/// <summary>A tally for each name, up to so many names; the others share one. Thread-safe.</summary>
internal sealed class TallyTable(int most)
{
    /// <summary>The name of all who came too late for one of their own.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();

    /// <summary>The tallies, by name.</summary>
    public IEnumerable<KeyValuePair<string, Tally>> All => _tallies;

    /// <summary>The tally of <paramref name="name"/>.</summary>
    public Tally Of(string name) => _tallies.TryGetValue(name, out var tally) ? tally : Add(name);

    private Tally Add(string name)
    {
        lock (_adding)
        {
            var hasPlace = _tallies.Count < most || _tallies.ContainsKey(name);
            return _tallies.GetOrAdd(hasPlace ? name : Other, static _ => new Tally());
        }
    }
}
