namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Where one limit stands.</summary>
/// <param name="Limit">For a minute.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Reset">When all of it is there again.</param>
internal sealed record BucketStanding(long Limit, long Remaining, DateTimeOffset Reset);
