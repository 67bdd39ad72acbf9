using System.Collections.Concurrent;

namespace ClaudeProxy.Chaos.Clients;

/// <summary>Counts what clients got. Thread-safe.</summary>
internal sealed class Tally
{
    private const int MostExamples = 20;

    private readonly int[] _counts = new int[Enum.GetValues<Verdict>().Length];
    private readonly ConcurrentQueue<string> _examples = new();

    /// <summary>How many requests had that verdict.</summary>
    public int this[Verdict verdict] => Volatile.Read(ref _counts[(int)verdict]);

    /// <summary>All requests.</summary>
    public int Total => _counts.Sum();

    /// <summary>The first few that went wrong, for whoever looks for the reason.</summary>
    public IReadOnlyCollection<string> Examples => _examples;

    /// <summary>Counts one.</summary>
    public void Add(Verdict verdict, string detail)
    {
        Interlocked.Increment(ref _counts[(int)verdict]);
        if (verdict is not (Verdict.Served or Verdict.Cut) && _examples.Count < MostExamples)
        {
            _examples.Enqueue($"{verdict}: {detail}");
        }
    }
}
