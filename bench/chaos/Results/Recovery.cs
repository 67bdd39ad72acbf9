using ClaudeProxy.Chaos.Faults;
using ClaudeProxy.Chaos.Upstreams;

namespace ClaudeProxy.Chaos.Results;

/// <summary>How long it took, after the fault of an upstream had ended, until the upstream was in full use: until it got, for a second, at least
/// half of what the upstreams got on average that nothing was wrong with.</summary>
internal static class Recovery
{
    /// <summary>The times, in order; and how many upstreams were not in full use before something else was wrong with them or the run ended.</summary>
    public static (IReadOnlyList<TimeSpan> Times, int Never) Measure(FaultSchedule schedule, IReadOnlyList<UpstreamContext> upstreams, TimeSpan end)
    {
        var (times, never) = (new List<TimeSpan>(), 0);
        foreach (var fault in schedule.All.Where(fault => fault is { Account: null, Kind: not FaultKind.Slow } && fault.To < end))
        {
            var next = schedule.All.Where(other => other.Upstream == fault.Upstream && other.Account is null && other.From >= fault.To).Select(other => other.From).Append(end).Min();
            if (Find(schedule, upstreams, fault, next) is { } time)
            {
                times.Add(time);
            }
            else if (next - fault.To > TimeSpan.FromSeconds(1))
            {
                never++;
            }
        }

        times.Sort();
        return (times, never);
    }

    private static TimeSpan? Find(FaultSchedule schedule, IReadOnlyList<UpstreamContext> upstreams, Fault fault, TimeSpan next)
    {
        for (var bin = Arrivals.BinOf(fault.To) + 1; bin + Arrivals.PerSecond <= Arrivals.BinOf(next); bin++)
        {
            var (from, to) = (TimeSpan.FromSeconds((double)bin / Arrivals.PerSecond), TimeSpan.FromSeconds((double)(bin + Arrivals.PerSecond) / Arrivals.PerSecond));
            var healthy = upstreams.Where(upstream => upstream.Index != fault.Upstream && !schedule.WasStruck(upstream.Index, 0, from, to))
                .Select(upstream => upstream.Arrivals.InSecondFrom(bin)).DefaultIfEmpty(0).Average();
            if (healthy > 0 && upstreams[fault.Upstream].Arrivals.InSecondFrom(bin) >= healthy / 2)
            {
                return from - fault.To;
            }
        }

        return null;
    }
}
