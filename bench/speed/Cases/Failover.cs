using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>What it costs that the first account fails: one request at a time, each of which meets the failure.</summary>
internal sealed class Failover(string title, Func<Upstream, int> failing) : ICase
{
    /// <inheritdoc />
    public char Letter => 'h';

    /// <inheritdoc />
    public string Title => title;

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        var good = workbench.Upstream.Port;
        var (usual, _, _) = await MeasureAsync(workbench, candidate, [good, good], cancellationToken);
        var (failed, made, result) = await MeasureAsync(workbench, candidate, [failing(workbench.Upstream), good], cancellationToken);
        return made == 1 && result.Answered == 0
            ? Measurement.Unable
            : Measurement.Of(result, new Figure("added by the failure", "ms", failed - usual));
    }

    private static async Task<(double Median, int Made, LoadResult Last)> MeasureAsync(
        Workbench workbench, string candidate, IReadOnlyList<int> accounts, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, new Wanted(accounts) { IsInOrder = true }, cancellationToken);
        await subject.WarmUpAsync(new Load { Connections = 16 }, workbench.Pace, cancellationToken);
        var times = new List<double>();
        LoadResult result;
        do
        {
            await subject.ForgetFailuresAsync(cancellationToken);
            result = await subject.RunAsync(new Load { Each = 1 }, cancellationToken);
            times.Add(result.TotalUs.P50 / 1000);
        }
        while (result.Errors == 0 && times.Count < workbench.Pace.Failures && times.Sum() < workbench.Pace.Time.TotalMilliseconds);

        var made = times.Count;
        times.Sort();
        return (times[made / 2], made, result);
    }
}
