using System.Globalization;
using System.Text;

namespace ClaudeProxy.Speed.Results;

/// <summary>Keeps the results of the last runs: raw, as a page with all tables, and as a picture.</summary>
internal static class ResultFiles
{
    /// <summary>The file with the raw results of a run.</summary>
    public static string RawOf(string folder, bool isGrowth) => Path.Combine(folder, "results", isGrowth ? "growth.jsonl" : "cases.jsonl");

    /// <summary>Writes page and picture anew from the raw results that are there.</summary>
    public static void Update(string folder)
    {
        var page = new StringBuilder("""
            # Results: how fast, how small

            Each candidate on one core; upstream and load on the other. Medians over the rounds. What each case is, how the candidates are configured and how to
            read the tables: [README.md](README.md). Raw results: [results](results).

            """);
        if (ResultLines.ReadAll(RawOf(folder, isGrowth: false)) is { Count: > 0 } cases)
        {
            var summary = SummaryOf(cases);
            File.WriteAllText(Path.Combine(folder, "RESULTS.svg"), Picture.Of(summary));
            page.Append(CultureInfo.InvariantCulture, $"""

                ![What the others need where claude-proxy needs 1](RESULTS.svg)

                ## Side by side

                {Described(cases)}
                {ResultTable.Of(summary)}
                ## Targets

                {Goal.Table(summary)}
                """);
        }

        if (ResultLines.ReadAll(RawOf(folder, isGrowth: true)) is { Count: > 0 } growth)
        {
            page.Append(CultureInfo.InvariantCulture, $"""

                ## Cost as the work grows

                {Described(growth)}
                {GrowthTables.Of(SummaryOf(growth))}
                """);
        }

        File.WriteAllText(Path.Combine(folder, "RESULTS.md"), page.ToString());
    }

    // Cases that were measured again later come last in the file, and stand in their place on the page.
    private static Summary SummaryOf(IReadOnlyList<ResultLines> runs) => new([.. runs.SelectMany(run => run.Lines).OrderBy(line => line.Letter)]);

    private static string Described(IReadOnlyList<ResultLines> runs) =>
        string.Join("\nThen again, in place of what the run before said of the same cases:\n\n", runs.Select(run => Described(run.Facts)));

    private static string Described(RunFacts facts) => string.Create(CultureInfo.InvariantCulture, $"""
        ```
        {facts.Command}
        ```

        - {facts.Date:yyyy-MM-dd HH:mm} UTC
        - {facts.Machine}
        - {string.Join("; ", facts.Versions)}

        """);
}
