namespace ClaudeProxy.Explain;

/// <summary>An attempt was not served, and the policy decided.</summary>
/// <param name="AfterMs">Milliseconds since the request arrived.</param>
/// <param name="Account">The account's id.</param>
/// <param name="Outcome">How it ended, as the policy was told.</param>
/// <param name="Decision">What the policy decided, in the words of a script.</param>
/// <param name="Rests">What rests now because of it.</param>
internal sealed record AttemptStep(double AfterMs, string Account, AttemptOutcome Outcome, string Decision, IReadOnlyList<RestNote> Rests)
    : DecisionStep(AfterMs);
