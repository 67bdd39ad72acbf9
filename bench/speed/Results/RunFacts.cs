namespace ClaudeProxy.Speed.Results;

/// <summary>What a run's figures depend on: the first line of the raw results.</summary>
/// <param name="Date">When it began.</param>
/// <param name="Command">How it was called.</param>
/// <param name="Machine">Processor, memory and system.</param>
/// <param name="Versions">The candidates and what they run on.</param>
internal sealed record RunFacts(DateTimeOffset Date, string Command, string Machine, IReadOnlyList<string> Versions);
