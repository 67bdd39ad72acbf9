using System.Globalization;
using ClaudeProxy.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ClaudeProxy.Explain;

/// <summary>Shows several requests to people, a row each.</summary>
internal static class DecisionListView
{
    /// <summary>The view.</summary>
    /// <param name="reports">The records.</param>
    /// <param name="isForPeople">Whether it is for a terminal: then with a frame.</param>
    public static IRenderable Of(IReadOnlyList<DecisionReport> reports, bool isForPeople)
    {
        if (reports.Count == 0)
        {
            return new Text($"No request is remembered.{Environment.NewLine}");
        }

        var table = new Table().Border(isForPeople ? TableBorder.Rounded : TableBorder.None);
        table.AddColumns("Time", "Request", "Model", "Status", "First byte", "Way");
        foreach (var report in reports)
        {
            table.AddRow(
                new Text(DecisionText.TimeOf(report.At)),
                new Text(report.RequestId),
                new Text(report.Model ?? "-"),
                new Text(report.End is { } end ? end.Status.ToString(CultureInfo.InvariantCulture) : "-"),
                new Text(report.End?.FirstByteMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "-"),
                new Text(WayOf(report)));
        }

        return table;
    }

    /// <summary>Such as <c>a (429) > b</c>.</summary>
    private static string WayOf(DecisionReport report)
    {
        var stations = report.Steps.Select(step => step switch
        {
            AttemptStep attempt => $"{attempt.Account} ({(attempt.Outcome.Status == 0 ? attempt.Outcome.Failure.ToString() : attempt.Outcome.Status)})",
            NoteStep note => note.Text,
            _ => null,
        }).OfType<string>();
        var last = report.End switch
        {
            null => "in flight",
            { Error: not null } => "refused",
            { Ending: Ending.ClientLeft } => "client left",
            { Ending: Ending.Complete } end => end.Account ?? "-",
            { } end => $"{end.Account} ({end.Ending})",
        };
        return string.Join(" > ", stations.Append(last));
    }
}
