using System.Collections.Concurrent;

namespace ClaudeProxy.Chaos.Clients;

/// <summary>Counts what clients got. Thread-safe.</summary>
internal sealed class Tally
{
    private const int MostReasons = 100;

    private readonly int[] _counts = new int[Enum.GetValues<Verdict>().Length];
    private readonly ConcurrentDictionary<string, (int Count, string First)> _reasons = new(StringComparer.Ordinal);

    /// <summary>How many requests had that verdict.</summary>
    public int this[Verdict verdict] => Volatile.Read(ref _counts[(int)verdict]);

    /// <summary>All requests.</summary>
    public int Total => _counts.Sum();

    /// <summary>What went wrong how often, the most frequent first, each with the first request that it happened to.</summary>
    public IEnumerable<string> Reasons => _reasons.OrderByDescending(reason => reason.Value.Count).Select(reason => $"{reason.Value.Count} x {reason.Key} ({reason.Value.First})");

    /// <summary>Counts one.</summary>
    public void Add(Verdict verdict, string reason, string request)
    {
        Interlocked.Increment(ref _counts[(int)verdict]);
        if (verdict is not (Verdict.Served or Verdict.Cut) && _reasons.Count < MostReasons)
        {
            _reasons.AddOrUpdate($"{verdict}: {reason}", _ => (1, request), (_, known) => (known.Count + 1, known.First));
        }
    }
}
