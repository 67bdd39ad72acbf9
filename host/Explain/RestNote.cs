namespace ClaudeProxy.Explain;

/// <summary>What rests after an attempt.</summary>
/// <param name="Scope">What kind of thing it is.</param>
/// <param name="Whom">Which one, for people.</param>
/// <param name="Until">The end of its rest.</param>
internal sealed record RestNote(Scope Scope, string Whom, DateTimeOffset Until);
