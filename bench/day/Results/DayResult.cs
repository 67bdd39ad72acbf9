namespace ClaudeProxy.Day.Results;

/// <summary>What came of a day.</summary>
/// <param name="Balancer">The balancer.</param>
/// <param name="Tally">What was counted.</param>
/// <param name="Moves">The conversations that left their cache.</param>
/// <param name="Length">How long it took until all was done.</param>
internal sealed record DayResult(string Balancer, Tally Tally, IReadOnlyList<Move> Moves, TimeSpan Length)
{
    /// <summary>The largest load of an account, as a multiple of the mean.</summary>
    public double Imbalance(Func<AccountLoad, double> measure) =>
        Tally.Loads.Values.Max(measure) / Tally.Loads.Values.Average(measure);
}
