namespace ClaudeProxy.Abstractions;

/// <summary>How an attempt ended, up to the head of the answer or its first event: all that a failover policy decides by.
/// Its members are the names in scope of a failover script.</summary>
/// <remarks>Immutable, thread-safe. Attempts that brought an answer below 400 are not shown to policies: they are served.</remarks>
public sealed record AttemptOutcome
{
    /// <summary>The status of the answer, or 0 if there was none. For <see cref="FailureKind.ErrorEvent"/> the status that the API gives
    /// to an error of that type.</summary>
    public int Status { get; init; }

    /// <summary>How the attempt failed apart from its status.</summary>
    public FailureKind Failure { get; init; }

    /// <summary><c>error.type</c> of the body, such as <c>overloaded_error</c>; <see langword="null"/> if it has none.</summary>
    public string? ErrorType { get; init; }

    /// <summary><c>error.details.error_code</c> of the body, or <c>error.code</c>, or a string in place of the error object;
    /// <see langword="null"/> if it has none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary><c>error.message</c> of the body, or <c>message</c>; empty if it has none.</summary>
    public string ErrorMessage { get; init; } = "";

    /// <summary>The wait that the answer asks for (<c>retry-after-ms</c>, or <c>retry-after</c> in seconds or as a date); 0 or more,
    /// or <see langword="null"/> if it asks for none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Time until access comes back after a spend limit: until the date that the message names, or the first of the next month for the
    /// limit of a usage tier; more than 0, or <see langword="null"/> if the answer speaks of none.</summary>
    public TimeSpan? ResumesAfter { get; init; }

    /// <summary>The answer's rate-limit headers; never null.</summary>
    public RateLimits Limits { get; init; } = RateLimits.None;

    /// <summary>Whether any of the request had been sent. If not, no upstream has seen it.</summary>
    public bool Sent { get; init; } = true;

    /// <summary>Which attempt this was, from 1. Repeats on the same account and attempts that never reached an upstream do not count.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Repeats on this account that went before; 0 for the first time.</summary>
    public int Repeats { get; init; }

    /// <summary>Failures of this account in a row before this one, by any request; 0 or more.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>Answers 429 in a row from this account within a minute of each other, this one included; 0 if this was none.
    /// Requests that were in flight together count once.</summary>
    public int ConsecutiveRateLimits { get; init; }

    /// <summary>Statuses with which earlier attempts of this request ended, in order (0 = no answer); empty for the first.</summary>
    public IReadOnlyList<int> PreviousStatuses { get; init; } = [];

    /// <summary>The configured <c>cooldown</c>.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a relay keeps the account (<c>accounts.target_url</c>): then all accounts stand behind that one upstream.</summary>
    public bool ViaRelay { get; init; }

    /// <summary>The account's id.</summary>
    public string Account { get; init; } = "";

    /// <summary>The model the request names, or <see langword="null"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The request's path, without the query; empty if it does not matter.</summary>
    public string Path { get; init; } = "";
}
