namespace ClaudeProxy.Speed.Results;

/// <summary>Writes the medians as one table: a row for each figure, a column for each candidate, and how claude-proxy is to the others.</summary>
internal static class ResultTable
{
    private const string Ours = "claude-proxy";
    private static readonly string[] s_others = ["floor", "caddy"];

    /// <summary>The table.</summary>
    public static string Of(Summary summary)
    {
        var others = s_others.Where(other => summary.Candidates.Contains(other) && summary.Candidates.Contains(Ours)).ToList();
        var cells = new List<string[]> { (string[])["", .. summary.Candidates, .. others.Select(other => $"/ {other}")] };
        foreach (var group in summary.Rows.GroupBy(row => row.Title))
        {
            cells.Add([$"**({group.First().Letter}) {group.Key}**", .. Enumerable.Repeat("", cells[0].Length - 1)]);
            cells.AddRange(group.Select(row => (string[])
            [
                $"{row.Name}, {row.Unit}",
                .. summary.Candidates.Select(candidate => Cell(summary, row, candidate)),
                .. others.Select(other => summary.Ratio(row, Ours, other) is { } ratio ? Markdown.Number(ratio) : ""),
            ]));
        }

        return Markdown.Table(cells);
    }

    private static string Cell(Summary summary, Row row, string candidate) =>
        summary.HasFailed(row.Title, candidate) ? "errors"
        : summary.IsUnable(row.Title, candidate) ? "cannot"
        : Markdown.Number(summary.Median(row, candidate));
}
