using System.Globalization;
using ClaudeProxy.Chaos.Faults;

namespace ClaudeProxy.Chaos.Upstreams;

/// <summary>What all connections of one upstream share. Thread-safe.</summary>
internal sealed class UpstreamContext(int index, FaultSchedule schedule, RunClock starting)
{
    private static long s_attempts;

    /// <summary>Which upstream it is, from 0.</summary>
    public int Index => index;

    /// <summary>The run's clock.</summary>
    public RunClock Clock { get; set; } = starting;

    /// <summary>When requests came.</summary>
    public Arrivals Arrivals { get; } = new();

    /// <summary>Counts a request, names the attempt, and says what is wrong with it, if anything is.</summary>
    public (string Attempt, FaultKind? Fault) Arrive(int account)
    {
        var elapsed = Clock.Elapsed;
        Arrivals.Add(elapsed);
        return (Interlocked.Increment(ref s_attempts).ToString(CultureInfo.InvariantCulture), schedule.Find(index, account, elapsed)?.Kind);
    }
}
