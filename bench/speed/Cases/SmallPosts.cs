using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>As many small requests as go through.</summary>
internal sealed class SmallPosts : ICase
{
    /// <inheritdoc />
    public char Letter => 'a';

    /// <inheritdoc />
    public string Title => "2 KB POST, 64 connections";

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        return await MeasureAsync(workbench, subject, cancellationToken);
    }

    /// <summary>Measures what has been started already.</summary>
    public static async Task<Measurement> MeasureAsync(Workbench workbench, Subject subject, CancellationToken cancellationToken)
    {
        var load = new Load { Connections = 64, Time = workbench.Pace.Time };
        await subject.WarmUpAsync(load, workbench.Pace, cancellationToken);
        var (result, cpu) = await subject.MeasureAsync(load, cancellationToken);
        return Measurement.Of(
            result,
            new Figure("requests", "1/s", result.Answered / result.Seconds),
            new Figure("CPU for 1,000", "s", cpu.TotalSeconds / result.Answered * 1000),
            new Figure("p50", "ms", result.TotalUs.P50 / 1000),
            new Figure("p99", "ms", result.TotalUs.P99 / 1000));
    }
}
