using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>Streams that have begun and then are silent, as while a model thinks: what one costs in memory.</summary>
internal sealed class QuietStreams(int streams) : ICase
{
    private const double Kilobyte = 1024;

    // Slow enough that no queue of connections overflows: the case is about having streams, not about opening them.
    private const double OpenedPerSecond = 1000;

    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public char Letter => 'e';

    /// <inheritdoc />
    public string Title => $"{streams:#,0} quiet streams";

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        await subject.WarmUpAsync(new Load { Connections = 16 }, workbench.Pace, cancellationToken);
        var (idle, held) = (subject.Processes!.Memory, 0L);
        var load = new Load
        {
            Answer = "quiet",
            Connections = streams,
            Each = 1,
            Spread = TimeSpan.FromSeconds(streams / OpenedPerSecond),
            Hold = s_hold,
        };
        var result = await subject.RunAsync(load, LookAsync, cancellationToken);
        return Measurement.Of(
            result,
            new Figure("memory of a stream", "KB", (held - idle) / Kilobyte / streams),
            new Figure("memory in all", "MB", held / Kilobyte / Kilobyte));

        async Task LookAsync()
        {
            await Task.Delay(s_settle, workbench.TimeProvider, cancellationToken);
            held = subject.Processes.Memory;
        }
    }
}
