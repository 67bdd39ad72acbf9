// The built-in rules as a script: copy it, change it, and name the copy in the configuration ("policy": "policies/mine.csx").
// It runs after each attempt that was not served. The words it may use are explained in docs/policies.md, each failure in docs/failure-table.md.

// An overload is everyone's: no account rests for it. Wait for it on the spot, twice, then try elsewhere.
if (Status == 529 || ErrorType == "overloaded_error")
{
    var isFirstAccount = Repeats > 0 || !PreviousStatuses.Contains(Status);
    return Repeats < 2 && isFirstAccount ? SameAccount(after: Seconds(Repeats + 1)) : NextAccount();
}

// The answer broke off or stalled on its way to the client. Once is an accident; twice in a row, and the account rests.
if (Failure == FailureKind.Cut)
{
    return ConsecutiveFailures == 0 ? Respond() : Respond().CoolDown(Scope.Account, Cooldown);
}

// No answer at all: refused, unknown name, TLS, timeout, connection lost, not HTTP.
if (Status == 0 || Failure is not (FailureKind.None or FailureKind.ErrorEvent))
{
    return NextAccount().CoolDown(Scope.Account, Cooldown);
}

// Words that speak of money or of a closed organization, under statuses that otherwise speak of the request, the key or the rate: true
// for every account of that organization or workspace, until the day that the answer names.
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

// A window of a subscription is used up: for the account, or for one of its models.
if (Status == 429 && Limits.UnifiedStatus == "rejected")
{
    return NextAccount().RateLimit(Limits.RejectsModelOnly ? Scope.AccountModel : Scope.Account, Limits.ResetAfter ?? RetryAfter ?? Cooldown);
}

// What two accounts say of a request is true of the request: no such model, too slow without a stream, a long context that costs extra.
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
