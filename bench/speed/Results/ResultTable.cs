using System.Globalization;
using System.Text;

namespace ClaudeProxy.Speed.Results;

/// <summary>Writes the medians as one table in Markdown.</summary>
internal static class ResultTable
{
    private const string Ours = "claude-proxy";
    private static readonly string[] s_others = ["floor", "caddy"];

    /// <summary>The table.</summary>
    public static string Of(Summary summary)
    {
        var others = s_others.Where(other => summary.Candidates.Contains(other) && summary.Candidates.Contains(Ours)).ToList();
        var cells = new List<string[]> { (string[])["", .. summary.Candidates, .. others.Select(other => $"of {other}")] };
        foreach (var group in summary.Rows.GroupBy(row => row.Case))
        {
            cells.Add([$"({group.Key.Letter}) {group.Key.Title}", .. Enumerable.Repeat("", summary.Candidates.Count + others.Count)]);
            cells.AddRange(group.Select(row => (string[])
            [
                $"{row.Name}, {row.Unit}",
                .. summary.Candidates.Select(candidate => summary.HasFailed(row.Case, candidate) ? "errors" : Text(summary.Median(row, candidate))),
                .. others.Select(other => summary.Ratio(row, Ours, other) is { } ratio ? $"x {Text(ratio)}" : ""),
            ]));
        }

        return Markdown(cells);
    }

    /// <summary>Three digits that count, and no more.</summary>
    public static string Text(double? value) => value switch
    {
        null => "",
        { } number when Math.Abs(number) >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 1 => number.ToString("0.00", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.000", CultureInfo.InvariantCulture),
    };

    /// <summary>A table whose first row is its head.</summary>
    public static string Markdown(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            text.AppendLine($"| {string.Join(" | ", rows[i].Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |");
            if (i == 0)
            {
                text.AppendLine($"|{string.Join("|", widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":"))}|");
            }
        }

        return text.ToString();
    }
}
