namespace ClaudeProxy.Explain;

/// <summary>Something else happened that explains what came next: nobody was left, the request was held, a limit was reached.</summary>
/// <param name="AfterMs">Milliseconds since the request arrived.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="Candidates">Where every account stood then; empty if that explains nothing.</param>
internal sealed record NoteStep(double AfterMs, string Text, IReadOnlyList<CandidateNote> Candidates) : DecisionStep(AfterMs);
