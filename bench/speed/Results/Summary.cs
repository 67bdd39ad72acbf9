using ClaudeProxy.Speed.Cases;

namespace ClaudeProxy.Speed.Results;

/// <summary>The medians over all rounds. Immutable.</summary>
internal sealed class Summary
{
    private readonly Dictionary<(string Row, string Candidate), double> _medians;
    private readonly HashSet<(ICase Case, string Candidate)> _failed;

    /// <summary>Takes the medians of <paramref name="records"/>.</summary>
    public Summary(IReadOnlyList<Record> records)
    {
        _failed = [.. records.Where(record => record.Measurement.Errors > 0).Select(record => (record.Case, record.Candidate))];
        var figures = records
            .SelectMany(record => record.Measurement.Figures.Select(figure => (Row: new Row(record.Case, figure.Name, figure.Unit), record.Candidate, figure.Value)))
            .ToList();
        Rows = [.. figures.Select(figure => figure.Row).Distinct().OrderBy(row => records.ToList().FindIndex(record => record.Case == row.Case))];
        _medians = figures
            .GroupBy(figure => (figure.Row.Key, figure.Candidate))
            .ToDictionary(group => group.Key, group => Median([.. group.Select(figure => figure.Value)]));
        Candidates = [.. records.Select(record => record.Candidate).Distinct()];
    }

    /// <summary>All figures, case by case.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>All candidates that were measured, in order.</summary>
    public IReadOnlyList<string> Candidates { get; }

    /// <summary>Whether a candidate had errors in a case, so that its figures do not count.</summary>
    public bool HasFailed(ICase @case, string candidate) => _failed.Contains((@case, candidate));

    /// <summary>The median of a figure; <see langword="null"/> if it was not measured, or does not count.</summary>
    public double? Median(Row row, string candidate) =>
        !HasFailed(row.Case, candidate) && _medians.TryGetValue((row.Key, candidate), out var value) ? value : null;

    /// <summary>How one candidate's figure is to another's.</summary>
    public double? Ratio(Row row, string candidate, string other) => Median(row, candidate) / Median(row, other) is { } ratio && double.IsFinite(ratio) ? ratio : null;

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}

/// <summary>A row of the table: one figure of one case.</summary>
internal sealed record Row(ICase Case, string Name, string Unit)
{
    /// <summary>What tells it from other rows.</summary>
    public string Key => $"{Case.Letter} {Case.Title}: {Name}";
}
