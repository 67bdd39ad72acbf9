using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>One small request after the other: what a proxy adds when it has nothing else to do.</summary>
internal sealed class OneConnection : ICase
{
    /// <inheritdoc />
    public char Letter => 'b';

    /// <inheritdoc />
    public string Title => "2 KB POST, 1 connection";

    /// <inheritdoc />
    public bool HasDirect => true;

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        await subject.WarmUpAsync(new Load { Connections = 64 }, workbench.Pace, cancellationToken);
        var load = new Load { Time = workbench.Pace.Time };

        // Once more without being looked at: sixty-three connections have just been closed.
        await subject.RunAsync(load, cancellationToken);
        var result = await subject.RunAsync(load, cancellationToken);
        return Measurement.Of(
            result,
            new Figure("p50", "ms", result.TotalUs.P50 / 1000),
            new Figure("p99", "ms", result.TotalUs.P99 / 1000));
    }
}
