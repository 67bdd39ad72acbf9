using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>Many large requests in flight at the same time: who keeps bodies, to send them again, needs their memory and little more.</summary>
internal sealed class BodiesAtOnce : ICase
{
    private const int Streams = 500, Megabyte = 1024 * 1024;

    /// <inheritdoc />
    public char Letter => 'f';

    /// <inheritdoc />
    public string Title => "500 requests of 1 MB at once";

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        await using var subject = await workbench.StartAsync(candidate, cancellationToken);
        await subject.WarmUpAsync(new Load { Connections = 16 }, workbench.Pace, cancellationToken);
        subject.Processes!.ForgetPeak();
        var idle = subject.Processes.Resident;

        // The upstream reads the body and then says nothing for longer than it takes to send them all.
        var load = new Load { Answer = "hold 5000", Body = Megabyte, Connections = Streams, Each = 1, Spread = TimeSpan.FromSeconds(1) };
        var result = await subject.RunAsync(load, cancellationToken);
        var peak = (double)(subject.Processes.PeakResident - idle) / Megabyte;
        return Measurement.Of(
            result,
            new Figure("peak memory above idle", "MB", peak),
            new Figure("for each byte of the bodies", "bytes", peak / Streams));
    }
}
