using System.Globalization;
using ClaudeProxy.Chaos.Clients;

namespace ClaudeProxy.Chaos.Results;

/// <summary>Writes results as one Markdown table, a column for each proxy.</summary>
internal static class ResultTable
{
    /// <summary>The table.</summary>
    public static string Of(IReadOnlyList<RunResult> results)
    {
        (string Name, Func<RunResult, string> Value)[] rows =
        [
            ("requests", result => Number(result.Tally.Total)),
            ("served, every byte as it should be", result => Number(result.Tally[Verdict.Served])),
            ("**failed before the first byte**, though an account was usable", result => $"**{Number(result.Tally[Verdict.FailedBefore])}**"),
            ("**a head, and nothing after it**, likewise", result => $"**{Number(result.Tally[Verdict.Empty])}**"),
            ("**corrupted, or cut and not told**", result => $"**{Number(result.Tally[Verdict.Corrupted] + result.Tally[Verdict.Truncated])}**"),
            ("**doubled**", result => $"**{Number(result.Tally[Verdict.Doubled])}**"),
            ("cut after the first byte, and told", result => Number(result.Tally[Verdict.Cut])),
            ("attempts for each request", result => ((double)result.Attempts / Math.Max(1, result.Tally.Total)).ToString("0.000", CultureInfo.InvariantCulture)),
            ("accounts benched without a fault", result => result.BenchedWithoutFault is { } benched ? Number(benched.Count) : "not told"),
            ("from recovery to full use, median", result => Seconds(result.Recoveries, 0.5)),
            ("from recovery to full use, 95 %", result => Seconds(result.Recoveries, 0.95)),
            ("recoveries measured / not in full use in time", result => $"{result.Recoveries.Count} / {result.NeverRecovered}"),
            ("seconds", result => result.Elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)),
        ];
        var lines = new List<string>
        {
            $"| | {string.Join(" | ", results.Select(result => result.Proxy))} |",
            $"|---|{string.Concat(results.Select(_ => "---:|"))}",
        };
        lines.AddRange(rows.Select(row => $"| {row.Name} | {string.Join(" | ", results.Select(row.Value))} |"));
        return string.Join('\n', lines);
    }

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Seconds(IReadOnlyList<TimeSpan> times, double share) => times.Count == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{times[Math.Min(times.Count - 1, (int)(times.Count * share))].TotalSeconds:0.0} s");
}
