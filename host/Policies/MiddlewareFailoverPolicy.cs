using static ClaudeProxy.Policies.CommonRules;

namespace ClaudeProxy.Policies;

/// <summary>The rules for accounts that a relay keeps: the tiers and durations of the Claude middleware, without its blaming an account
/// for what the relay says of itself. Stateless, so thread-safe.</summary>
/// <remarks><c>policies/middleware.csx</c> says the same as a script; a test holds the two together.</remarks>
internal sealed class MiddlewareFailoverPolicy : IFailoverPolicy
{
    private const int UnknownKeysUntilAnswer = 2;

    private static readonly TimeSpan s_limited = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_unauthorized = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_serverError = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_noAnswer = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_unavailable = TimeSpan.FromMinutes(1);

    /// <summary>So short that a relay which restarts is in service again within two seconds.</summary>
    private static readonly TimeSpan s_relayAway = TimeSpan.FromSeconds(1);

    /// <summary>The name that the configuration and the command line have for these rules.</summary>
    public const string Name = "middleware";

    /// <summary>The one instance.</summary>
    public static MiddlewareFailoverPolicy Instance { get; } = new();

    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => outcome switch
    {
        { ErrorType: "overloaded_error" } or { Status: 529 } => WaitOutOverload(outcome),
        // A relay that breaks answers off says nothing of an account.
        { Failure: FailureKind.Cut, ViaRelay: true } => FailoverDecision.Respond(),
        { Failure: FailureKind.Cut } => NoteCut(outcome, s_noAnswer),
        { Status: 0 } or { Failure: not (FailureKind.None or FailureKind.ErrorEvent) } => LeaveUnreached(outcome),
        _ when RelayErrors.IsLimitOfAccount(outcome) => LeaveLimited(outcome, Scope.Account),
        _ when RelayErrors.IsLimitOfModel(outcome) => LeaveLimited(outcome, Scope.AccountModel),
        _ when RelayErrors.IsAccountUnavailable(outcome) => CoolDown(Scope.Account, s_unavailable),
        _ when RelayErrors.IsRelaysOwn(outcome) => BlameNobody(outcome),
        _ when AccountErrors.IsAboutOrganization(outcome) => LeaveUnpaid(outcome, Scope.Organization),
        _ when AccountErrors.IsAboutWorkspace(outcome) => LeaveUnpaid(outcome, Scope.Workspace),
        { Status: 429, Limits.UnifiedStatus: "rejected" } => LeaveRejected(outcome, s_limited),
        _ when AccountErrors.IsAboutExtraUsage(outcome) => AskOneOther(outcome),
        { Status: 429 } when outcome.Path.EndsWith("/count_tokens", StringComparison.Ordinal) => FailoverDecision.NextAccount(),
        { Status: 429 } => LeaveLimited(outcome, Scope.Account),
        { Status: 504, ErrorType: "timeout_error" } => AskOneOther(outcome),
        { Status: 401 or 403 } => CoolDown(Scope.Account, s_unauthorized),
        { Status: >= 500 } => CoolDown(Scope.Account, s_serverError),
        _ => FailoverDecision.Respond(),
    };

    // Of a relay that is away no account knows anything.
    private static FailoverDecision LeaveUnreached(AttemptOutcome outcome) =>
        outcome.ViaRelay ? CoolDown(Scope.Upstream, s_relayAway) : CoolDown(Scope.Account, s_noAnswer);

    private static FailoverDecision LeaveLimited(AttemptOutcome outcome, Scope scope) =>
        RateLimit(scope, outcome.RetryAfter ?? outcome.Limits.ResetAfter ?? s_limited);

    // An account that was deleted since the list was read is worth another try; so is a relay that stumbled.
    private static FailoverDecision BlameNobody(AttemptOutcome outcome) =>
        (RelayErrors.IsUnknownKey(outcome) && outcome.PreviousStatuses.Count(status => status == 401) < UnknownKeysUntilAnswer)
        || (outcome.Status >= 500 && outcome.PreviousStatuses.Count == 0)
            ? FailoverDecision.NextAccount()
            : FailoverDecision.Respond();
}
