namespace ClaudeProxy.Explain;

/// <summary>An account was picked.</summary>
/// <param name="AfterMs">Milliseconds since the request arrived.</param>
/// <param name="Account">The account's id.</param>
/// <param name="By">Who chose, such as <c>round_robin</c>.</param>
/// <param name="Usable">Among how many usable accounts; 0 for a last resort, or if the request had waited for room.</param>
/// <param name="Accounts">How many accounts there were.</param>
/// <param name="IsLastResort">Whether nobody was usable.</param>
/// <param name="Others">Why the other ones were not picked; empty for a plain first pick.</param>
internal sealed record PickStep(
    double AfterMs, string Account, string By, int Usable, int Accounts, bool IsLastResort, IReadOnlyList<CandidateNote> Others) : DecisionStep(AfterMs);
