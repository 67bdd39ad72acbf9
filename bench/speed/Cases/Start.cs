using ClaudeProxy.Speed.Candidates;

namespace ClaudeProxy.Speed.Cases;

/// <summary>From the start of the process to its first answer.</summary>
internal sealed class Start(string title, string policy) : ICase
{
    /// <inheritdoc />
    public char Letter => 'g';

    /// <inheritdoc />
    public string Title => title;

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        if (policy != "built_in" && candidate != "claude-proxy")
        {
            return Measurement.Unable;
        }

        var folder = Directory.CreateTempSubdirectory("speed-").FullName;
        try
        {
            var port = Ports.Free();
            var launch = workbench.Find(candidate).Prepare(new Setup(folder, port, workbench.Usual with { Policy = policy }));

            // The first start finds cold files, and a script that has yet to be compiled.
            await workbench.MeasureStartAsync(launch, folder, port, cancellationToken);
            var times = new List<double>();
            for (var i = 0; i < workbench.Pace.Starts; i++)
            {
                times.Add((await workbench.MeasureStartAsync(launch, folder, port, cancellationToken)).TotalMilliseconds);
            }

            times.Sort();
            return new Measurement([new Figure("to the first answer", "ms", times[times.Count / 2])], 0, "");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
