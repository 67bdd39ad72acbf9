using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>A candidate, and what is remembered of it.</summary>
internal readonly record struct Choice(Candidate Candidate, RosterEntry Entry);
