using System.Text.RegularExpressions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Failures;

/// <summary>The rows of <c>docs/failure-table.md</c>, as people read them.</summary>
internal static partial class FailureTable
{
    private const string Header = "| Failure | Recognised by | Example | The proxy | Rests | For | The client sees | Source |";

    /// <summary>All rows, in order.</summary>
    public static IReadOnlyList<FailureRow> Rows { get; } = [.. Read(File.ReadAllLines(Path.Combine(Repository.Root, "docs", "failure-table.md")))];

    /// <summary>The names of the rows, for theories.</summary>
    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    /// <summary>The names of the rows whose outcome a client can be shown.</summary>
    public static TheoryData<string> Visible => [.. Rows.Where(row => row.IsVisible).Select(row => row.Name)];

    /// <summary>The row of that name.</summary>
    public static FailureRow Find(string name) => Rows.Single(row => row.Name == name);

    private static IEnumerable<FailureRow> Read(string[] lines)
    {
        var (section, isRow) = ("", false);
        foreach (var line in lines)
        {
            section = line.StartsWith("## ", StringComparison.Ordinal) ? line : section;
            isRow = (isRow || line == Header) && line.StartsWith('|');
            if (isRow && line != Header && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                yield return RowOf(line, isOfRelay: section.Contains("relay", StringComparison.Ordinal));
            }
        }
    }

    private static FailureRow RowOf(string line, bool isOfRelay)
    {
        var cells = line.Trim('|').Split(" | ");
        Assert.True(cells.Length == 8, $"This row has {cells.Length} cells instead of 8: {line}");
        return new FailureRow(
            cells[0].Trim(), FailureExample.Read(SpansOf(cells[2])), SpansOf(cells[3]), SpansOf(cells[4]), SpansOf(cells[5]), cells[6].Trim(), isOfRelay);
    }

    private static string[] SpansOf(string cell) => [.. Spans().Matches(cell).Select(span => span.Groups["text"].Value)];

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Spans();
}
