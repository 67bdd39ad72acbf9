// The built-in rules as a script: copy it, change it, and name the copy in the configuration ("policy": "policies/mine.csx").
// It runs after each attempt that was not served. The words it may use are explained in docs/policies.md.

// An overload is everyone's: no account rests for it. Wait for it on the spot, twice, then try elsewhere.
if (Status == 529 || ErrorType == "overloaded_error")
{
    return Repeats < 2 ? SameAccount(after: Seconds(Repeats + 1)) : NextAccount();
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

// Errors that speak of the account under a status that otherwise speaks of the request.
bool IsAboutAccount() =>
    ErrorMessage.StartsWith("You have reached your specified API usage limits", StringComparison.OrdinalIgnoreCase)
    || ErrorMessage.StartsWith("You have reached your specified workspace API usage limits", StringComparison.OrdinalIgnoreCase)
    || ErrorMessage.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase)
    || ErrorMessage.Contains("organization has been disabled", StringComparison.OrdinalIgnoreCase);

return Status switch
{
    429 when (RetryAfter ?? Limits.ResetAfter) is { } wait => NextAccount().RateLimit(Scope.Account, wait),
    429 when ConsecutiveRateLimits >= 3 => NextAccount().RateLimit(Scope.Account, Cooldown),
    429 => NextAccount(),                                                            // a throttle of this request: nobody rests
    401 or 403 or >= 500 => NextAccount().CoolDown(Scope.Account, Cooldown),
    402 => NextAccount().CoolDown(Scope.Account, Minutes(10)),
    400 when IsAboutAccount() => NextAccount().CoolDown(Scope.Account, Minutes(10)),
    404 when !PreviousStatuses.Contains(404) => NextAccount(),                       // a model that only some accounts have
    _ => Respond(),                                                                  // the request's own: wrong for every account
};
