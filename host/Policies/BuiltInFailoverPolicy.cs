namespace ClaudeProxy.Policies;

/// <summary>The rules that hold where no policy is configured, or the configured one has failed. Stateless, so thread-safe.</summary>
/// <remarks><c>policies/default.csx</c> says the same as a script; a test holds the two together.</remarks>
internal sealed class BuiltInFailoverPolicy : IFailoverPolicy
{
    private const int RepeatsWhenOverloaded = 2;
    private const int RateLimitsUntilRest = 3;

    private static readonly TimeSpan s_outOfMoney = TimeSpan.FromMinutes(10);

    /// <summary>The name that the configuration and the command line have for these rules.</summary>
    public const string Name = "built_in";

    /// <summary>The one instance.</summary>
    public static BuiltInFailoverPolicy Instance { get; } = new();

    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => outcome switch
    {
        { ErrorType: "overloaded_error" } or { Status: 529 } => WaitOutOverload(outcome),
        { Failure: FailureKind.Cut } => NoteCut(outcome),
        { Status: 0 } or { Failure: not (FailureKind.None or FailureKind.ErrorEvent) } => CoolDown(Scope.Account, outcome.Cooldown),
        _ when AccountErrors.IsAboutOrganization(outcome) => LeaveUnpaid(outcome, Scope.Organization),
        _ when AccountErrors.IsAboutWorkspace(outcome) => LeaveUnpaid(outcome, Scope.Workspace),
        { Status: 429 } => LeaveRateLimited(outcome),
        { Status: 403 } => CoolDown(outcome.ConsecutiveFailures == 0 ? Scope.AccountModel : Scope.Account, outcome.Cooldown),
        { Status: 404 } or { Status: 504, ErrorType: "timeout_error" } => AskOneOther(outcome),
        { Status: 401 or >= 500 } => CoolDown(Scope.Account, outcome.Cooldown),
        _ => FailoverDecision.Respond(),
    };

    // An overload is everyone's: another account meets the same one, and none is to blame. Waited out on the spot, twice, once for a request.
    private static FailoverDecision WaitOutOverload(AttemptOutcome outcome) =>
        outcome.Repeats < RepeatsWhenOverloaded && (outcome.Repeats > 0 || !outcome.PreviousStatuses.Contains(outcome.Status))
        ? FailoverDecision.SameAccount(TimeSpan.FromSeconds(outcome.Repeats + 1))
        : FailoverDecision.NextAccount();

    // One answer that breaks off is an accident; an account whose answers break off one after the other rests.
    private static FailoverDecision NoteCut(AttemptOutcome outcome) => outcome.ConsecutiveFailures == 0
        ? FailoverDecision.Respond()
        : FailoverDecision.Respond().CoolDown(Scope.Account, outcome.Cooldown);

    // Until the day that the answer names; else until somebody has paid, which nobody knows.
    private static FailoverDecision LeaveUnpaid(AttemptOutcome outcome, Scope scope) => outcome.ResumesAfter is { } wait
        ? FailoverDecision.NextAccount().RateLimit(scope, wait)
        : CoolDown(scope, s_outOfMoney);

    // A subscription's windows belong to the account, or to one of its models; what the API counts by the minute, to the workspace.
    private static FailoverDecision LeaveRateLimited(AttemptOutcome outcome) => outcome switch
    {
        { Limits.UnifiedStatus: "rejected" } => RateLimit(
            outcome.Limits.RejectsModelOnly ? Scope.AccountModel : Scope.Account, outcome.Limits.ResetAfter ?? outcome.RetryAfter ?? outcome.Cooldown),
        _ when AccountErrors.IsAboutExtraUsage(outcome) => AskOneOther(outcome),
        _ when outcome.Path.EndsWith("/count_tokens", StringComparison.Ordinal) => FailoverDecision.NextAccount(),
        _ when (outcome.RetryAfter ?? outcome.Limits.ResetAfter) is { } wait =>
            RateLimit(outcome.Limits.UnifiedStatus is null ? Scope.Workspace : Scope.AccountModel, wait),
        // Without a hint it is a throttle of this one request, until it comes too often to believe that.
        { ConsecutiveRateLimits: >= RateLimitsUntilRest } => RateLimit(Scope.AccountModel, outcome.Cooldown),
        _ => FailoverDecision.NextAccount(),
    };

    // What two accounts say of a request is true of the request.
    private static FailoverDecision AskOneOther(AttemptOutcome outcome) =>
        outcome.PreviousStatuses.Contains(outcome.Status) ? FailoverDecision.Respond() : FailoverDecision.NextAccount();

    private static FailoverDecision RateLimit(Scope scope, TimeSpan rest) => FailoverDecision.NextAccount().RateLimit(scope, rest);

    private static FailoverDecision CoolDown(Scope scope, TimeSpan rest) => FailoverDecision.NextAccount().CoolDown(scope, rest);
}
