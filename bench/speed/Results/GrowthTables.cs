namespace ClaudeProxy.Speed.Results;

/// <summary>Writes how cost grows with the work: a table for each kind of work, a row for each amount of it.</summary>
internal static class GrowthTables
{
    /// <summary>The tables, of each candidate that was measured.</summary>
    public static string Of(Summary summary) => string.Join(
        '\n',
        from series in summary.Rows.GroupBy(row => row.Letter)
        from candidate in summary.Candidates
        select TableOf(summary, [.. series], candidate));

    private static string TableOf(Summary summary, IReadOnlyList<Row> rows, string candidate)
    {
        var names = rows.Select(row => (row.Name, row.Unit)).Distinct().ToList();
        var cells = new List<string[]> { (string[])[candidate, .. names.Select(name => $"{name.Name}, {name.Unit}")] };
        foreach (var amount in rows.GroupBy(row => row.Title))
        {
            cells.Add([
                amount.Key,
                .. names.Select(name => summary.HasFailed(amount.Key, candidate) ? "errors"
                    : Markdown.Number(amount.FirstOrDefault(row => row.Name == name.Name) is { } row ? summary.Median(row, candidate) : null)),
            ]);
        }

        return Markdown.Table(cells);
    }
}
