using ClaudeProxy.Speed.Cases;
using ClaudeProxy.Speed.Results;

namespace ClaudeProxy.Speed;

/// <summary>Measures every candidate in every case, in turn: what disturbs the machine for a minute disturbs them all.</summary>
internal sealed class SpeedRun(SpeedOptions options, Workbench workbench, TextWriter progress)
{
    /// <summary>Measures the cases, round by round.</summary>
    public async Task<IReadOnlyList<Record>> MeasureAsync(IReadOnlyList<ICase> cases, CancellationToken cancellationToken)
    {
        var records = new List<Record>();
        foreach (var @case in cases)
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                records.AddRange(await MeasureAsync(@case, round, cancellationToken));
            }
        }

        return records;
    }

    private async Task<List<Record>> MeasureAsync(ICase @case, int round, CancellationToken cancellationToken)
    {
        var records = new List<Record>();
        Measurement? direct = null;
        foreach (var candidate in @case.HasDirect ? options.Candidates.Prepend(Workbench.Direct) : options.Candidates)
        {
            var measurement = await @case.MeasureAsync(workbench, candidate, cancellationToken);
            direct ??= @case.HasDirect ? measurement : null;
            measurement = direct is null || measurement == direct ? measurement : measurement.Above(direct);
            records.Add(new Record(@case, candidate, round, measurement));
            await progress.WriteLineAsync(
                $"({@case.Letter}) {@case.Title}, round {round}, {candidate}: {string.Join(", ", measurement.Figures.Select(Text))}{Complaint(measurement)}");
        }

        return records;
    }

    private static string Text(Figure figure) => $"{figure.Name} {ResultTable.Text(figure.Value)} {figure.Unit}";

    private static string Complaint(Measurement measurement) => measurement.Errors == 0 ? "" : $"; {measurement.Errors} ERRORS: {measurement.Reason}";
}
