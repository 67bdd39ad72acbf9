using ClaudeProxy.Speed.Cases;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Growth;

/// <summary>The same number of events a second, in more and more streams.</summary>
internal sealed class GrowingStreams(int streams) : ICase
{
    private const int Events = 25, EventsPerSecond = 5000;

    /// <inheritdoc />
    public char Letter => 'y';

    /// <inheritdoc />
    public string Title => $"{streams:#,0} streams";

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        await subject.RunAsync(StreamsOf(100, workbench.Pace.WarmUp), cancellationToken);
        var idle = subject.Processes!.Memory;

        var load = StreamsOf(streams, workbench.Pace.Time);
        var measured = subject.MeasureAsync(load, cancellationToken);
        await Task.Delay(LifeOf(streams) * 0.75, workbench.TimeProvider, cancellationToken); // all are open then
        var open = subject.Processes.Memory;
        var (result, cpu) = await measured;
        return Measurement.Of(
            result,
            new Figure("CPU for 10,000 events", "s", cpu.TotalSeconds / result.EventUs.Count * 10_000),
            new Figure("event p50", "ms", result.EventUs.P50 / 1000),
            new Figure("event p99", "ms", result.EventUs.P99 / 1000),
            new Figure("memory of a stream", "KB", (open - idle) / 1024.0 / streams));
    }

    private static TimeSpan LifeOf(int streams) => TimeSpan.FromSeconds((double)Events * streams / EventsPerSecond);

    private static Load StreamsOf(int streams, TimeSpan least) => new()
    {
        Answer = $"stream {Events} {1000 * streams / EventsPerSecond}",
        Connections = streams,
        Each = Math.Max(1, (int)(least / LifeOf(streams))),
        Spread = LifeOf(streams) / 2,
    };
}
