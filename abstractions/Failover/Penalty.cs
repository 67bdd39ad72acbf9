namespace ClaudeProxy.Abstractions;

/// <summary>A rest that a decision gives to a scope.</summary>
/// <param name="Kind">In which tier the scope rests.</param>
/// <param name="Scope">What rests.</param>
/// <param name="Duration">For how long; more than zero.</param>
public sealed record Penalty(PenaltyKind Kind, Scope Scope, TimeSpan Duration);
