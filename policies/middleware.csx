// The rules for accounts that a relay keeps ("policy": "middleware", which accounts.target_url brings with it) as a script: copy it,
// change it, and name the copy in the configuration ("policy": "policies/mine.csx"). It runs after each attempt that was not served.

// An overload is everyone's: no account rests for it. Wait for it on the spot, twice, then try elsewhere.
if (Status == 529 || ErrorType == "overloaded_error")
{
    var isFirstAccount = Repeats > 0 || !PreviousStatuses.Contains(Status);
    return Repeats < 2 && isFirstAccount ? SameAccount(after: Seconds(Repeats + 1)) : NextAccount();
}

// The answer broke off or stalled on its way to the client. Of a relay that does so no account knows anything; otherwise once is an
// accident, and twice in a row the account rests.
if (Failure == FailureKind.Cut)
{
    return ViaRelay || ConsecutiveFailures == 0 ? Respond() : Respond().CoolDown(Scope.Account, Minutes(5));
}

// No answer at all. A relay that is away is away for every account: it rests, for so short a time that a restart is soon forgotten.
if (Status == 0 || Failure is not (FailureKind.None or FailureKind.ErrorEvent))
{
    return ViaRelay ? NextAccount().CoolDown(Scope.Upstream, Seconds(1)) : NextAccount().CoolDown(Scope.Account, Minutes(5));
}

// How long a rate limit lasts: as long as the answer says, else an hour.
var limit = RetryAfter ?? Limits.ResetAfter ?? Hours(1);

// What the relay says of an account.
switch (ErrorCode)
{
    case "upstream_rate_limited": return NextAccount().RateLimit(Scope.Account, limit);
    case "opus_weekly_limit": return NextAccount().RateLimit(Scope.AccountModel, limit);
    case "dedicated_account_unavailable": return NextAccount().CoolDown(Scope.Account, Minutes(1));
}

if (Status == 503 && ErrorType == "service_unavailable")
{
    return NextAccount().CoolDown(Scope.Account, Minutes(1));
}

// What the relay says of the request, of the key it was shown, or of itself: a text stands where the API has an error object, or a
// type that only relays know. No account is to blame. One that was deleted since the list was read is worth another try, and so is a
// relay that stumbled.
if ((ErrorType == null && ErrorCode != null) || (Status == 403 && ErrorType is ("client_validation_error" or "session_binding_error" or "forbidden")))
{
    var isUnknownKey = Status == 401 && ErrorCode == "Invalid API key" && !ErrorMessage.Contains("format", StringComparison.OrdinalIgnoreCase);
    return (isUnknownKey && PreviousStatuses.Count(status => status == 401) < 2) || (Status >= 500 && PreviousStatuses.Count == 0)
        ? NextAccount()
        : Respond();
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

// A window of the subscription is used up: for the account, or for one of its models.
if (Status == 429 && Limits.UnifiedStatus == "rejected")
{
    return NextAccount().RateLimit(Limits.RejectsModelOnly ? Scope.AccountModel : Scope.Account, Limits.ResetAfter ?? RetryAfter ?? Hours(1));
}

// What two accounts say of a request is true of the request: too slow without a stream, a long context that costs extra.
if ((Status == 504 && ErrorType == "timeout_error") || (Status == 429 && Says("extra usage")))
{
    return PreviousStatuses.Contains(Status) ? Respond() : NextAccount();
}

// Only what is left is judged by its status.
return Status switch
{
    429 when Path.EndsWith("/count_tokens", StringComparison.Ordinal) => NextAccount(),  // a limit of its own, not of messages
    429 => NextAccount().RateLimit(Scope.Account, limit),
    401 or 403 => NextAccount().CoolDown(Scope.Account, Minutes(30)),
    >= 500 => NextAccount().CoolDown(Scope.Account, Minutes(10)),
    _ => Respond(),
};
