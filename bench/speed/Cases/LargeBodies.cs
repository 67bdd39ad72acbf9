using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>As many large requests as go through: agents send their whole conversation each time.</summary>
internal sealed class LargeBodies(string size, int bytes) : ICase
{
    private const double Megabyte = 1_000_000;

    /// <inheritdoc />
    public char Letter => 'c';

    /// <inheritdoc />
    public string Title => $"{size} POST, 16 connections";

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        var load = new Load { Connections = 16, Body = bytes, Time = workbench.Pace.Time };
        await subject.WarmUpAsync(load, workbench.Pace, cancellationToken);
        var (result, cpu) = await subject.MeasureAsync(load, cancellationToken);
        return Measurement.Of(
            result,
            new Figure("requests", "1/s", result.Answered / result.Seconds),
            new Figure("bodies", "MB/s", result.Answered * bytes / result.Seconds / Megabyte),
            new Figure("CPU for 1,000", "s", cpu.TotalSeconds / result.Answered * 1000));
    }
}
