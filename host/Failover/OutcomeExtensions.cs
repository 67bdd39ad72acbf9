namespace ClaudeProxy.Failover;

/// <summary>What the loop, unlike a policy, must know of an outcome.</summary>
internal static class OutcomeExtensions
{
    /// <summary>Whether the upstream could not be reached, or was lost: if other accounts see it too, it is the upstream's fault.</summary>
    public static bool IsTransportFault(this AttemptOutcome outcome) =>
        outcome.Failure is FailureKind.Connect or FailureKind.Tls or FailureKind.Reset or FailureKind.Cut;

    /// <summary>Whether the upstream had no capacity for anybody.</summary>
    public static bool IsOverload(this AttemptOutcome outcome) => outcome is { Status: 529 } or { ErrorType: "overloaded_error" };

    /// <summary>Whether the upstream may have served the request without our seeing it.</summary>
    public static bool IsLostAfterSending(this AttemptOutcome outcome) => outcome is { Sent: true, Status: 0 };

    /// <summary>Whether a client may see the answer when nothing better came. Not what speaks of an account's credential or quota, which
    /// is none of the client's; and never <c>overloaded_error</c> or 529, on which Claude Code gives up within seconds.</summary>
    public static bool IsFitForClient(this AttemptOutcome outcome) =>
        outcome is { Failure: FailureKind.None, ErrorType: not "overloaded_error" }
        && outcome.Status is 404 or (>= 500 and not 529);

    /// <summary>In a few words, for logs and <c>/status</c>; never secret.</summary>
    public static string Describe(this AttemptOutcome outcome) => outcome switch
    {
        { Failure: FailureKind.ErrorEvent } => $"{outcome.ErrorType ?? "an error"} as first event",
        { Status: 0 } => outcome.ErrorMessage,
        { ErrorType: { } type } => $"{outcome.Status} {type}",
        _ => $"{outcome.Status}",
    };
}
