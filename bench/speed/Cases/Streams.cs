using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>Streams of events at the pace at which models write.</summary>
internal sealed class Streams : ICase
{
    private const int Connections = 200, Events = 50, GapMs = 20;

    /// <inheritdoc />
    public char Letter => 'd';

    /// <inheritdoc />
    public string Title => "200 streams of 50 events, 20 ms apart";

    /// <inheritdoc />
    public bool HasDirect => true;

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);

        // The streams begin at random moments of the first one's life, so that events come evenly, as from so many people.
        var load = new Load
        {
            Answer = $"stream {Events} {GapMs}",
            Connections = Connections,
            Each = workbench.Pace.Streams,
            Spread = TimeSpan.FromMilliseconds(Events * GapMs),
        };
        await subject.WarmUpAsync(load with { Each = 0 }, workbench.Pace, cancellationToken);
        var (result, cpu) = await subject.MeasureAsync(load, cancellationToken);
        Figure[] ofCandidate = candidate == Workbench.Direct ? [] : [new("CPU for 10,000 events", "s", cpu.TotalSeconds / result.EventUs.Count * 10_000)];
        return Measurement.Of(
            result,
            [
                new("first byte p50", "ms", result.FirstByteUs.P50 / 1000),
                new("first byte p99", "ms", result.FirstByteUs.P99 / 1000),
                new("event p50", "ms", result.EventUs.P50 / 1000),
                new("event p99", "ms", result.EventUs.P99 / 1000),
                .. ofCandidate,
            ]);
    }
}
