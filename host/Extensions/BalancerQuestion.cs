namespace ClaudeProxy.Extensions;

/// <summary>What a load balancer is asked: which candidate or, if <paramref name="Patience"/> is there, how long to wait for another one.</summary>
/// <param name="Request">The request.</param>
/// <param name="Candidates">The candidates; none for a question of patience.</param>
/// <param name="Patience">The question of patience, which takes its answer.</param>
internal readonly record struct BalancerQuestion(RequestFacts Request, IReadOnlyList<Candidate> Candidates, PatienceQuestion? Patience = null);
