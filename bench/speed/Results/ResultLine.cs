using ClaudeProxy.Speed.Cases;

namespace ClaudeProxy.Speed.Results;

/// <summary>One measurement, and of what: a line of the raw results.</summary>
/// <param name="Letter">The case's letter.</param>
/// <param name="Title">What the load was.</param>
/// <param name="Candidate">Who was measured.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Measurement">What came of it.</param>
internal sealed record ResultLine(char Letter, string Title, string Candidate, int Round, Measurement Measurement);
