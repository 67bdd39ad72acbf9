namespace ClaudeProxy.Policies;

/// <summary>The rules that hold where no policy is configured, or the configured one has failed. Stateless, so thread-safe.</summary>
/// <remarks><c>policies/default.csx</c> says the same as a script; a test holds the two together.</remarks>
internal sealed class BuiltInFailoverPolicy : IFailoverPolicy
{
    private const int RepeatsWhenOverloaded = 2;
    private const int RateLimitsUntilRest = 3;

    private static readonly TimeSpan s_accountRest = TimeSpan.FromMinutes(10);

    /// <summary>The name that the configuration and the command line have for these rules.</summary>
    public const string Name = "built_in";

    /// <summary>The one instance.</summary>
    public static BuiltInFailoverPolicy Instance { get; } = new();

    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => outcome switch
    {
        { ErrorType: "overloaded_error" } or { Status: 529 } => WaitOutOverload(outcome),
        { Failure: FailureKind.Cut } => NoteCut(outcome),
        { Status: 0 } or { Failure: not (FailureKind.None or FailureKind.ErrorEvent) } => LeaveAccount(outcome.Cooldown),
        { Status: 429 } => LeaveRateLimited(outcome),
        { Status: 401 or 403 or >= 500 } => LeaveAccount(outcome.Cooldown),
        { Status: 402 } => LeaveAccount(s_accountRest),
        { Status: 400 } when AccountErrors.IsAbout(outcome.ErrorMessage) => LeaveAccount(s_accountRest),
        { Status: 404 } when !outcome.PreviousStatuses.Contains(404) => FailoverDecision.NextAccount(),
        _ => FailoverDecision.Respond(),
    };

    // An overload is everyone's: another account meets the same one, and none is to blame.
    private static FailoverDecision WaitOutOverload(AttemptOutcome outcome) => outcome.Repeats < RepeatsWhenOverloaded
        ? FailoverDecision.SameAccount(TimeSpan.FromSeconds(outcome.Repeats + 1))
        : FailoverDecision.NextAccount();

    // One answer that breaks off is an accident; an account whose answers break off one after the other rests.
    private static FailoverDecision NoteCut(AttemptOutcome outcome) => outcome.ConsecutiveFailures == 0
        ? FailoverDecision.Respond()
        : FailoverDecision.Respond().CoolDown(Scope.Account, outcome.Cooldown);

    // Without a hint a 429 is a throttle of this one request, until it comes too often to believe that.
    private static FailoverDecision LeaveRateLimited(AttemptOutcome outcome)
    {
        var wait = outcome.RetryAfter ?? outcome.Limits.ResetAfter
            ?? (outcome.ConsecutiveRateLimits >= RateLimitsUntilRest ? outcome.Cooldown : TimeSpan.Zero);
        return FailoverDecision.NextAccount().RateLimit(Scope.Account, wait);
    }

    private static FailoverDecision LeaveAccount(TimeSpan rest) => FailoverDecision.NextAccount().CoolDown(Scope.Account, rest);
}
