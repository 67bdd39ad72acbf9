using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Cases;
using ClaudeProxy.Speed.Measuring;
using ClaudeProxy.Speed.Results;

namespace ClaudeProxy.Speed;

/// <summary>Measures every candidate in every case, in turn: what disturbs the machine for a minute disturbs them all.</summary>
internal sealed class SpeedRun(SpeedOptions options, IReadOnlyList<ICandidate> candidates, TimeProvider timeProvider, TextWriter progress)
{
    /// <summary>Measures the cases, round by round.</summary>
    public async Task<IReadOnlyList<ResultLine>> MeasureAsync(IReadOnlyList<ICase> cases, CancellationToken cancellationToken)
    {
        var lines = new List<ResultLine>();
        foreach (var @case in cases)
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                lines.AddRange(await MeasureAsync(@case, round, cancellationToken));
            }
        }

        return lines;
    }

    private async Task<List<ResultLine>> MeasureAsync(ICase @case, int round, CancellationToken cancellationToken)
    {
        var lines = new List<ResultLine>();
        Measurement? direct = null;
        foreach (var candidate in @case.HasDirect ? options.Candidates.Prepend(Workbench.Direct) : options.Candidates)
        {
            var measurement = await TryMeasureAsync(@case, candidate, cancellationToken);
            direct ??= @case.HasDirect ? measurement : null;
            measurement = direct is null || measurement == direct ? measurement : measurement.Above(direct);
            lines.Add(new ResultLine(@case.Letter, @case.Title, candidate, round, measurement));
            await progress.WriteLineAsync(
                $"({@case.Letter}) {@case.Title}, round {round}, {candidate}: {string.Join(", ", measurement.Figures.Select(Text))}{Complaint(measurement)}");
        }

        return lines;
    }

    // One candidate that does not start, or a load that breaks off, shall not cost the figures of all others.
    private async Task<Measurement> TryMeasureAsync(ICase @case, string candidate, CancellationToken cancellationToken)
    {
        try
        {
            // An upstream for each: thousands of connections leave ports behind that wait for a minute, and the next one would miss them.
            await using var upstream = await Upstream.StartAsync(Path.Combine(options.Native, "upstream"), Workbench.LoadCore, cancellationToken);
            var workbench = new Workbench(options, candidates, upstream, timeProvider);
            return await @case.MeasureAsync(workbench, candidate, cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            return new Measurement([], 1, exception.Message);
        }
    }

    private static string Text(Figure figure) => $"{figure.Name} {Markdown.Number(figure.Value)} {figure.Unit}";

    private static string Complaint(Measurement measurement) => measurement.IsUnable ? "cannot" : measurement.Errors == 0 ? "" : $"; {measurement.Errors} ERRORS: {measurement.Reason}";
}
