namespace ClaudeProxy.Speed.Results;

/// <summary>The medians over all rounds. Immutable.</summary>
internal sealed class Summary
{
    private readonly Dictionary<(Row Row, string Candidate), double> _medians;
    private readonly HashSet<(string Title, string Candidate)> _failed, _unable;

    /// <summary>Takes the medians of <paramref name="lines"/>.</summary>
    public Summary(IReadOnlyList<ResultLine> lines)
    {
        _failed = [.. lines.Where(line => line.Measurement.Errors > 0).Select(line => (line.Title, line.Candidate))];
        _unable = [.. lines.Where(line => line.Measurement.IsUnable).Select(line => (line.Title, line.Candidate))];
        var figures = lines
            .SelectMany(line => line.Measurement.Figures.Select(figure =>
                (Row: new Row(line.Letter, line.Title, figure.Name, figure.Unit), line.Candidate, figure.Value)))
            .ToList();
        _medians = figures
            .GroupBy(figure => (figure.Row, figure.Candidate))
            .ToDictionary(group => group.Key, group => MedianOf([.. group.Select(figure => figure.Value)]));

        // A figure that only some have stands with its case all the same.
        Rows = [.. figures.Select(figure => figure.Row).Distinct().GroupBy(row => row.Title).SelectMany(group => group)];
        Candidates = [.. lines.Select(line => line.Candidate).Distinct().OrderBy(candidate => candidate == Workbench.Direct ? 0 : 1)];
    }

    /// <summary>All figures, case by case.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>All candidates that were measured, in order.</summary>
    public IReadOnlyList<string> Candidates { get; }

    /// <summary>Whether a candidate had errors in a case, so that its figures do not count.</summary>
    public bool HasFailed(string title, string candidate) => _failed.Contains((title, candidate));

    /// <summary>Whether a candidate does not offer what a case asks.</summary>
    public bool IsUnable(string title, string candidate) => _unable.Contains((title, candidate));

    /// <summary>The figure of a case whose title begins and whose name is like this; <see langword="null"/> if it was not measured.</summary>
    public Row? Find(char letter, string title, string name) => Rows.FirstOrDefault(row =>
        row.Letter == letter && row.Title.StartsWith(title, StringComparison.Ordinal) && row.Name == name);

    /// <summary>The median of a figure; <see langword="null"/> if it was not measured, or does not count.</summary>
    public double? Median(Row row, string candidate) =>
        !HasFailed(row.Title, candidate) && _medians.TryGetValue((row, candidate), out var value) ? value : null;

    /// <summary>How one candidate's figure is to another's.</summary>
    public double? Ratio(Row row, string candidate, string other) =>
        Median(row, candidate) / Median(row, other) is { } ratio && double.IsFinite(ratio) && ratio > 0 ? ratio : null;

    private static double MedianOf(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
