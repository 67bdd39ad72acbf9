namespace ClaudeProxy.Day.Plan;

/// <summary>A sub-agent: a conversation of its own, on behalf of another one.</summary>
/// <param name="Kind">Which of the kinds it is: those of a kind have tools and system prompt in common.</param>
/// <param name="Start">From the first of its burst.</param>
/// <param name="Turns">Its requests.</param>
internal sealed record AgentPlan(int Kind, TimeSpan Start, IReadOnlyList<Turn> Turns)
{
    /// <summary>What it takes if nobody has to wait.</summary>
    public TimeSpan Duration => Start + Turns.Aggregate(TimeSpan.Zero, (sum, turn) => sum + turn.Duration);
}
