using ClaudeProxy.Policies;

namespace ClaudeProxy.Explain;

/// <summary>Asks a policy about attempts that have been decided already.</summary>
internal static class PolicyReplay
{
    /// <summary>Each attempt of <paramref name="reports"/> with what was decided and what <paramref name="policy"/> decides, the oldest first.
    /// Ends early with an attempt on which the policy does not end.</summary>
    public static async Task<IReadOnlyList<Decided>> RunAsync(PolicyTrial policy, IEnumerable<DecisionReport> reports, CancellationToken cancellationToken)
    {
        var decided = new List<Decided>();
        foreach (var report in reports.OrderBy(report => report.At))
        {
            foreach (var attempt in report.Steps.OfType<AttemptStep>())
            {
                var (decision, verdict) = await policy.DecideAsync(attempt.Outcome, cancellationToken).ConfigureAwait(false);
                decided.Add(new Decided(report.RequestId, attempt, decision, verdict));
                if (verdict == PolicyTrial.Verdict.Endless)
                {
                    return decided;
                }
            }
        }

        return decided;
    }

    /// <summary>One attempt, decided twice.</summary>
    /// <param name="RequestId">The request.</param>
    /// <param name="Attempt">The attempt, with the decision that was made.</param>
    /// <param name="Decision">The decision of the replayed policy, or what went wrong with it.</param>
    /// <param name="Verdict">Whether it decided.</param>
    internal sealed record Decided(string RequestId, AttemptStep Attempt, string Decision, PolicyTrial.Verdict Verdict)
    {
        /// <summary>Whether the policy would have done something else.</summary>
        public bool Differs => Decision != Attempt.Decision;
    }
}
