using ClaudeProxy.Speed.Cases;

namespace ClaudeProxy.Speed.Results;

/// <summary>One measurement, and of what.</summary>
internal sealed record Record(ICase Case, string Candidate, int Round, Measurement Measurement);
