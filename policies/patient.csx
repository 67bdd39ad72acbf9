// The rules of default.csx for few accounts with warm prompt caches: moving a long conversation to another account means paying for
// its whole prompt again, so short troubles are waited out on the same account.

// Worth the wait: overloads, hiccups of the server and short rate limits, twice at most. The proxy waits between half of what is asked
// for and all of it; a rate limit must be waited out in full, so twice its time is asked for.
var pause = Status switch
{
    529 => Seconds(2 * (Repeats + 1)),
    500 or 502 or 503 or 504 => Seconds(1),
    429 when RetryAfter is { } wait && wait <= Seconds(10) => 2 * wait,
    _ when ErrorType == "overloaded_error" => Seconds(2 * (Repeats + 1)),
    _ => TimeSpan.Zero,
};
if (pause > TimeSpan.Zero && Repeats < 2)
{
    return SameAccount(after: pause);
}

// From here on as in default.csx.
if (Status == 529 || ErrorType == "overloaded_error")
{
    return NextAccount();
}

if (Status == 0 || Failure is not (FailureKind.None or FailureKind.ErrorEvent))
{
    return NextAccount().CoolDown(Scope.Account, Cooldown);
}

bool Says(string words) => ErrorMessage.Contains(words, StringComparison.OrdinalIgnoreCase);
bool Begins(string words) => ErrorMessage.StartsWith(words, StringComparison.OrdinalIgnoreCase);
FailoverDecision LeaveUnpaid(Scope scope) => ResumesAfter is { } wait ? NextAccount().RateLimit(scope, wait) : NextAccount().CoolDown(scope, Minutes(10));

if (Status == 402
    || ErrorCode == "enforced_spend_limit_reached"
    || (Status == 400 && Begins("You have reached your specified API usage limits"))
    || (Status is 400 or 401 or 403 && (Says("credit balance is too low") || Says("organization has been disabled"))))
{
    return LeaveUnpaid(Scope.Organization);
}

if (Status == 400 && Begins("You have reached your specified workspace API usage limits"))
{
    return LeaveUnpaid(Scope.Workspace);
}

if (Status == 429 && Limits.UnifiedStatus == "rejected")
{
    return NextAccount().RateLimit(Limits.RejectsModelOnly ? Scope.AccountModel : Scope.Account, Limits.ResetAfter ?? RetryAfter ?? Cooldown);
}

if (Status == 404 || (Status == 504 && ErrorType == "timeout_error") || (Status == 429 && Says("extra usage")))
{
    return PreviousStatuses.Contains(Status) ? Respond() : NextAccount();
}

return Status switch
{
    429 when Path.EndsWith("/count_tokens", StringComparison.Ordinal) => NextAccount(),                 // a limit of its own, not of messages
    429 when (RetryAfter ?? Limits.ResetAfter) is { } wait =>
        NextAccount().RateLimit(Limits.UnifiedStatus == null ? Scope.Workspace : Scope.AccountModel, wait),
    429 when ConsecutiveRateLimits >= 3 => NextAccount().RateLimit(Scope.AccountModel, Cooldown),
    429 => NextAccount(),                                                                               // a throttle of this request: nobody rests
    403 => NextAccount().CoolDown(ConsecutiveFailures == 0 ? Scope.AccountModel : Scope.Account, Cooldown),
    401 or >= 500 => NextAccount().CoolDown(Scope.Account, Cooldown),
    _ => Respond(),                                                                                     // the request's own: wrong for every account
};
