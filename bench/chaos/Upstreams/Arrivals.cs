namespace ClaudeProxy.Chaos.Upstreams;

/// <summary>How many requests came in each quarter of a second. Thread-safe.</summary>
internal sealed class Arrivals
{
    /// <summary>Quarters of a second in a second.</summary>
    public const int PerSecond = 4;

    private const int MostBins = 3600 * PerSecond;

    private readonly int[] _bins = new int[MostBins];
    private long _total;

    /// <summary>All of them.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan elapsed)
    {
        Interlocked.Increment(ref _total);
        Interlocked.Increment(ref _bins[BinOf(elapsed)]);
    }

    /// <summary>How many came in the second that begins with that bin.</summary>
    public int InSecondFrom(int bin)
    {
        var count = 0;
        for (var i = bin; i < bin + PerSecond && i < MostBins; i++)
        {
            count += Volatile.Read(ref _bins[i]);
        }

        return count;
    }

    /// <summary>The bin of a moment.</summary>
    public static int BinOf(TimeSpan elapsed) => Math.Min((int)(elapsed.TotalSeconds * PerSecond), MostBins - 1);
}
