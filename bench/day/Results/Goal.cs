namespace ClaudeProxy.Day.Results;

/// <summary>What <c>session_affinity</c> is to reach.</summary>
/// <param name="Text">The goal, for people.</param>
/// <param name="Value">What it reached, for people.</param>
/// <param name="IsReached">Whether that is enough.</param>
internal sealed record Goal(string Text, string Value, bool IsReached)
{
    /// <summary>The goals, for <paramref name="result"/> beside the <paramref name="ideal"/>.</summary>
    public static IReadOnlyList<Goal> Of(DayResult result, DayResult ideal)
    {
        var (hits, cost) = (result.Tally.HitShare / ideal.Tally.HitShare, result.Tally.Cost / ideal.Tally.Cost);
        var (requests, tokens) = (result.Imbalance(load => load.Requests), result.Imbalance(load => load.Tokens));
        return
        [
            new("cache hit share at least 95 % of the ideal's", ResultText.Percent(hits), hits >= 0.95),
            new("cost at most 1.08 times the ideal's", ResultText.Factor(cost), cost <= 1.08),
            new("most requests of an account at most 1.5 times the mean", ResultText.Factor(requests), requests <= 1.5),
            new("most tokens of an account at most 1.5 times the mean", ResultText.Factor(tokens), tokens <= 1.5),
        ];
    }
}
