namespace ClaudeProxy.Policies;

/// <summary>What the policies that are compiled into the program have in common. Pure.</summary>
internal static class CommonRules
{
    private const int RepeatsWhenOverloaded = 2;

    private static readonly TimeSpan s_outOfMoney = TimeSpan.FromMinutes(10);

    /// <summary>Waits on the spot, twice, once for a request: an overload is everyone's, so another account meets the same one, and none is to blame.</summary>
    public static FailoverDecision WaitOutOverload(AttemptOutcome outcome) =>
        outcome.Repeats < RepeatsWhenOverloaded && (outcome.Repeats > 0 || !outcome.PreviousStatuses.Contains(outcome.Status))
            ? FailoverDecision.SameAccount(TimeSpan.FromSeconds(outcome.Repeats + 1))
            : FailoverDecision.NextAccount();

    /// <summary>Rests until the day that the answer names; else until somebody has paid, which nobody knows.</summary>
    public static FailoverDecision LeaveUnpaid(AttemptOutcome outcome, Scope scope) => outcome.ResumesAfter is { } wait
        ? RateLimit(scope, wait)
        : CoolDown(scope, s_outOfMoney);

    /// <summary>Asks one account more: what two say of a request is true of the request.</summary>
    public static FailoverDecision AskOneOther(AttemptOutcome outcome) =>
        outcome.PreviousStatuses.Contains(outcome.Status) ? FailoverDecision.Respond() : FailoverDecision.NextAccount();

    /// <summary>Rests the account if its answers break off one after the other: once is an accident.</summary>
    public static FailoverDecision NoteCut(AttemptOutcome outcome, TimeSpan rest) => outcome.ConsecutiveFailures == 0
        ? FailoverDecision.Respond()
        : FailoverDecision.Respond().CoolDown(Scope.Account, rest);

    /// <summary>A window of the subscription is used up: for all models, or for one.</summary>
    public static FailoverDecision LeaveRejected(AttemptOutcome outcome, TimeSpan otherwise) => RateLimit(
        outcome.Limits.RejectsModelOnly ? Scope.AccountModel : Scope.Account, outcome.Limits.ResetAfter ?? outcome.RetryAfter ?? otherwise);

    /// <summary>On to the next account, and a rest in tier 2.</summary>
    public static FailoverDecision RateLimit(Scope scope, TimeSpan rest) => FailoverDecision.NextAccount().RateLimit(scope, rest);

    /// <summary>On to the next account, and a rest in tier 3.</summary>
    public static FailoverDecision CoolDown(Scope scope, TimeSpan rest) => FailoverDecision.NextAccount().CoolDown(scope, rest);
}
