using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ClaudeProxy.Explain;

/// <summary>Shows one request's decisions to people: a line for what it was, then a row for each step.</summary>
internal static class DecisionView
{
    /// <summary>The view.</summary>
    /// <param name="report">The record.</param>
    /// <param name="isForPeople">Whether it is for a terminal: then with a frame.</param>
    public static IRenderable Of(DecisionReport report, bool isForPeople)
    {
        var table = new Table()
            .Border(isForPeople ? TableBorder.Rounded : TableBorder.None)
            .AddColumn(new TableColumn("After").RightAligned().NoWrap())
            .AddColumn("What")
            .AddColumn("Why");
        foreach (var (after, what, why) in DecisionText.RowsOf(report))
        {
            table.AddRow(new Text(after is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : ""), new Text(what), new Text(why));
        }

        return new Rows(new Text(DecisionText.TitleOf(report)), table);
    }
}
