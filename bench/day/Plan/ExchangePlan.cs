namespace ClaudeProxy.Day.Plan;

/// <summary>What follows from one thing that a developer asks for: turns of the main conversation, and perhaps sub-agents.</summary>
internal sealed record ExchangePlan
{
    /// <summary>When it is asked for, from the beginning of the day; later if the one before is not done.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>How it stands to the one before.</summary>
    public required Beginning Beginning { get; init; }

    /// <summary>The summing up, where <see cref="Beginning"/> is <see cref="Beginning.Compacted"/>.</summary>
    public Turn? Summary { get; init; }

    /// <summary>The requests of the main conversation.</summary>
    public required IReadOnlyList<Turn> Turns { get; init; }

    /// <summary>Sub-agents that run at once after the first turn; empty as a rule.</summary>
    public required IReadOnlyList<AgentPlan> Agents { get; init; }

    /// <summary>A small request beside it, for a title or the like, or <see langword="null"/>.</summary>
    public Turn? Helper { get; init; }

    /// <summary>What it takes if nobody has to wait.</summary>
    public TimeSpan Duration =>
        (Summary?.Duration ?? TimeSpan.Zero)
        + Turns.Aggregate(TimeSpan.Zero, (sum, turn) => sum + turn.Duration)
        + Agents.Select(agent => agent.Duration).DefaultIfEmpty(TimeSpan.Zero).Max();
}
