namespace ClaudeProxy.Explain;

/// <summary>An account was picked.</summary>
/// <param name="AfterMs">Milliseconds since the request arrived.</param>
/// <param name="Account">The account's id.</param>
/// <param name="By">Who chose, such as <c>round_robin</c>.</param>
/// <param name="Usable">Among how many usable accounts; 0 if nobody was usable and the account is a last resort.</param>
/// <param name="Accounts">How many accounts there were.</param>
/// <param name="Others">Why the other ones were not picked; empty for the first pick of a request, unless it was a last resort.</param>
internal sealed record PickStep(double AfterMs, string Account, string By, int Usable, int Accounts, IReadOnlyList<CandidateNote> Others)
    : DecisionStep(AfterMs);
