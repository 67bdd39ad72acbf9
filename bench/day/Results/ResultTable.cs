namespace ClaudeProxy.Day.Results;

/// <summary>Writes results as Markdown tables, a column for each balancer.</summary>
internal static class ResultTable
{
    /// <summary>All that is reported.</summary>
    public static string Of(IReadOnlyList<DayResult> results) => $"{Table(results)}\n\n{MovesTable(results)}";

    /// <summary>Which goals <paramref name="result"/> reaches.</summary>
    public static string Goals(DayResult result, DayResult ideal) => string.Join('\n', (string[])
    [
        $"| goal for `{result.Balancer}` | | |",
        "|---|---:|---|",
        .. Goal.Of(result, ideal).Select(goal => $"| {goal.Text} | {goal.Value} | {(goal.IsReached ? "reached" : "**not reached**")} |"),
    ]);

    private static string Table(IReadOnlyList<DayResult> results)
    {
        (string Name, Func<DayResult, string> Value)[] rows =
        [
            ("requests", result => ResultText.Number(result.Tally.Requests)),
            ("served", result => ResultText.Number(result.Tally.ServedRequests)),
            ("given up by the client", result => ResultText.Number(result.Tally.Requests - result.Tally.ServedRequests)),
            ("error answers to clients, which try again", result => ResultText.Number(result.Tally.ErrorAnswers)),
            ("**cache hit share**", result => $"**{ResultText.Percent(result.Tally.HitShare)}**"),
            ("read from the cache", result => ResultText.Millions(result.Tally.Usage.Read)),
            ("written to the cache", result => ResultText.Millions(result.Tally.Usage.Written)),
            ("neither", result => ResultText.Millions(result.Tally.Usage.Input)),
            ("**cost**", result => $"**{ResultText.Dollars(result.Tally.Cost)}**"),
            ("answers 429 to the proxy", result => ResultText.Number(result.Tally.RefusalsWith(429))),
            ("answers 529 to the proxy", result => ResultText.Number(result.Tally.RefusalsWith(529))),
            ("answers 401 to the proxy", result => ResultText.Number(result.Tally.RefusalsWith(401))),
            ("moves away from a cache", result => ResultText.Number(result.Moves.Count)),
            ("tokens lost by moves", result => ResultText.Millions(result.Moves.Sum(move => move.Tokens))),
            ("**load: requests**, most of an account / mean", result => $"**{ResultText.Factor(result.Imbalance(load => load.Requests))}**"),
            ("**load: tokens**, most of an account / mean", result => $"**{ResultText.Factor(result.Imbalance(load => load.Tokens))}**"),
            ("extra waiting, all requests together", result => ResultText.Time(result.Tally.TotalWait)),
            ("requests that waited for more than a second", result => ResultText.Number(result.Tally.WaitedFor(TimeSpan.FromSeconds(1)))),
            ("the longest wait", result => ResultText.Time(result.Tally.LongestWait)),
        ];
        return string.Join('\n', (string[])
        [
            $"| | {string.Join(" | ", results.Select(result => $"`{result.Balancer}`"))} |",
            $"|---|{string.Concat(results.Select(_ => "---:|"))}",
            .. rows.Select(row => $"| {row.Name} | {string.Join(" | ", results.Select(row.Value))} |"),
        ]);
    }

    private static string MovesTable(IReadOnlyList<DayResult> results)
    {
        var reasons = results.SelectMany(result => result.Moves).GroupBy(move => move.Reason).OrderByDescending(group => group.Count()).Select(group => group.Key);
        return string.Join('\n', (string[])
        [
            $"| moves, and tokens lost, because the account left was or had | {string.Join(" | ", results.Select(result => $"`{result.Balancer}`"))} |",
            $"|---|{string.Concat(results.Select(_ => "---:|"))}",
            .. reasons.Select(reason => $"| {reason} | {string.Join(" | ", results.Select(result => MovesFor(result, reason)))} |"),
        ]);
    }

    private static string MovesFor(DayResult result, string reason)
    {
        var moves = result.Moves.Where(move => move.Reason == reason).ToArray();
        return moves.Length == 0 ? "" : $"{ResultText.Number(moves.Length)}: {ResultText.Millions(moves.Sum(move => move.Tokens))}";
    }
}
