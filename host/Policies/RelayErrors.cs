namespace ClaudeProxy.Policies;

/// <summary>The errors in which a relay speaks for itself, and those in which it speaks of an account.</summary>
internal static class RelayErrors
{
    /// <summary>What a relay calls its refusal of a key or account id.</summary>
    private const string UnknownKey = "Invalid API key";

    /// <summary>The account is rate limited; the relay says so with a 403.</summary>
    public static bool IsLimitOfAccount(AttemptOutcome outcome) => outcome.ErrorCode == "upstream_rate_limited";

    /// <summary>The account is rate limited for the model; likewise.</summary>
    public static bool IsLimitOfModel(AttemptOutcome outcome) => outcome.ErrorCode == "opus_weekly_limit";

    /// <summary>The relay cannot use the account at the moment.</summary>
    public static bool IsAccountUnavailable(AttemptOutcome outcome) =>
        outcome.ErrorCode == "dedicated_account_unavailable" || outcome is { Status: 503, ErrorType: "service_unavailable" };

    /// <summary>The relay speaks of the request, of the key it was shown or of itself: a text stands where the API has an error object,
    /// or a type that only relays know.</summary>
    public static bool IsRelaysOwn(AttemptOutcome outcome) =>
        outcome is { ErrorType: null, ErrorCode: not null }
        || outcome is { Status: 403, ErrorType: "client_validation_error" or "session_binding_error" or "forbidden" };

    /// <summary>The relay does not know the account (any more), or the key that stands for it.</summary>
    public static bool IsUnknownKey(AttemptOutcome outcome) => outcome is { Status: 401, ErrorCode: UnknownKey } && !IsWrongForm(outcome);

    /// <summary>The relay takes no account ids, or was shown no key: nobody will be served until the configuration is mended.</summary>
    public static bool IsKeyRefused(AttemptOutcome outcome) =>
        outcome is { Status: 401, ErrorCode: "Missing API key" or "Invalid API key format" }
        || (outcome is { Status: 401, ErrorCode: UnknownKey } && IsWrongForm(outcome));

    private static bool IsWrongForm(AttemptOutcome outcome) => outcome.ErrorMessage.Contains("format", StringComparison.OrdinalIgnoreCase);
}
