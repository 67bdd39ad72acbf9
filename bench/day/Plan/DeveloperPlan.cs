namespace ClaudeProxy.Day.Plan;

/// <summary>A developer's day.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Model">The model of the main conversations.</param>
/// <param name="KeepFor">How long the main conversations ask the cache to keep them.</param>
/// <param name="OwnTokens">Length of what is particular in this developer's system prompt: the project's instructions.</param>
/// <param name="Exchanges">What is done, in order.</param>
internal sealed record DeveloperPlan(int Number, string Model, TimeSpan KeepFor, int OwnTokens, IReadOnlyList<ExchangePlan> Exchanges);
