namespace ClaudeProxy.Configuration;

/// <summary>Who chooses among usable accounts.</summary>
internal enum BalancingMode
{
    /// <summary>The algorithm, within the group of the best priority.</summary>
    LoadBalance,

    /// <summary>Strict order: explicit priorities (smallest first), then by weight (largest first), then as the file has it.</summary>
    Fallback,
}
