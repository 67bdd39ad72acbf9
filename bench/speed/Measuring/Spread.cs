namespace ClaudeProxy.Speed.Measuring;

/// <summary>How times are spread, in microseconds.</summary>
/// <param name="Count">How many were measured.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">99 of 100 are not longer.</param>
/// <param name="Max">The longest.</param>
internal sealed record Spread(long Count, double P50, double P99, double Max);
