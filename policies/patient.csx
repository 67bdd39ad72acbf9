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

bool IsAboutAccount() =>
    ErrorMessage.StartsWith("You have reached your specified API usage limits", StringComparison.OrdinalIgnoreCase)
    || ErrorMessage.StartsWith("You have reached your specified workspace API usage limits", StringComparison.OrdinalIgnoreCase)
    || ErrorMessage.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase)
    || ErrorMessage.Contains("organization has been disabled", StringComparison.OrdinalIgnoreCase);

return Status switch
{
    429 when (RetryAfter ?? Limits.ResetAfter) is { } wait => NextAccount().RateLimit(Scope.Account, wait),
    429 when ConsecutiveRateLimits >= 3 => NextAccount().RateLimit(Scope.Account, Cooldown),
    429 => NextAccount(),
    401 or 403 or >= 500 => NextAccount().CoolDown(Scope.Account, Cooldown),
    402 => NextAccount().CoolDown(Scope.Account, Minutes(10)),
    400 when IsAboutAccount() => NextAccount().CoolDown(Scope.Account, Minutes(10)),
    404 when !PreviousStatuses.Contains(404) => NextAccount(),
    _ => Respond(),
};
