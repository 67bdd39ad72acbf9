using ClaudeProxy.Speed.Cases;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Growth;

/// <summary>Larger and larger requests.</summary>
internal sealed class GrowingBodies(string title, int bytes) : ICase
{
    private const double Megabyte = 1_000_000;

    /// <inheritdoc />
    public char Letter => 'z';

    /// <inheritdoc />
    public string Title => title;

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        var load = new Load { Connections = 4, Body = bytes, Time = workbench.Pace.Time };
        await subject.WarmUpAsync(load, workbench.Pace, cancellationToken);
        var (result, cpu) = await subject.MeasureAsync(load, cancellationToken);
        var megabytes = result.Answered * bytes / Megabyte;
        return Measurement.Of(
            result,
            new Figure("bodies", "MB/s", megabytes / result.Seconds),
            new Figure("CPU for 1,000", "s", cpu.TotalSeconds / result.Answered * 1000),
            new Figure("CPU for 1 GB", "s", cpu.TotalSeconds / megabytes * 1000));
    }
}
