using static ClaudeProxy.Policies.CommonRules;

namespace ClaudeProxy.Policies;

/// <summary>The rules that hold where no policy is configured, or the configured one has failed. Stateless, so thread-safe.</summary>
/// <remarks><c>policies/default.csx</c> says the same as a script; a test holds the two together.</remarks>
internal sealed class BuiltInFailoverPolicy : IFailoverPolicy
{
    private const int RateLimitsUntilRest = 3;

    /// <summary>The name that the configuration and the command line have for these rules.</summary>
    public const string Name = "built_in";

    /// <summary>The one instance.</summary>
    public static BuiltInFailoverPolicy Instance { get; } = new();

    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => outcome switch
    {
        { ErrorType: "overloaded_error" } or { Status: 529 } => WaitOutOverload(outcome),
        { Failure: FailureKind.Cut } => NoteCut(outcome, outcome.Cooldown),
        { Status: 0 } or { Failure: not (FailureKind.None or FailureKind.ErrorEvent) } => CoolDown(Scope.Account, outcome.Cooldown),
        _ when AccountErrors.IsAboutOrganization(outcome) => LeaveUnpaid(outcome, Scope.Organization),
        _ when AccountErrors.IsAboutWorkspace(outcome) => LeaveUnpaid(outcome, Scope.Workspace),
        { Status: 429 } => LeaveRateLimited(outcome),
        { Status: 403 } => CoolDown(outcome.ConsecutiveFailures == 0 ? Scope.AccountModel : Scope.Account, outcome.Cooldown),
        { Status: 404 } or { Status: 504, ErrorType: "timeout_error" } => AskOneOther(outcome),
        { Status: 401 or >= 500 } => CoolDown(Scope.Account, outcome.Cooldown),
        _ => FailoverDecision.Respond(),
    };

    // A subscription's windows belong to the account, or to one of its models; what the API counts by the minute, to the workspace.
    private static FailoverDecision LeaveRateLimited(AttemptOutcome outcome) => outcome switch
    {
        { Limits.UnifiedStatus: "rejected" } => LeaveRejected(outcome, outcome.Cooldown),
        _ when AccountErrors.IsAboutExtraUsage(outcome) => AskOneOther(outcome),
        _ when outcome.Path.EndsWith("/count_tokens", StringComparison.Ordinal) => FailoverDecision.NextAccount(),
        _ when (outcome.RetryAfter ?? outcome.Limits.ResetAfter) is { } wait =>
            RateLimit(outcome.Limits.UnifiedStatus is null ? Scope.Workspace : Scope.AccountModel, wait),
        // Without a hint it is a throttle of this one request, until it comes too often to believe that.
        { ConsecutiveRateLimits: >= RateLimitsUntilRest } => RateLimit(Scope.AccountModel, outcome.Cooldown),
        _ => FailoverDecision.NextAccount(),
    };
}
