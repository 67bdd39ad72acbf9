using System.Buffers;

namespace ClaudeProxy.Policies;

/// <summary>The words by which the API says, under statuses that mean something else, that the organization, the workspace or the
/// entitlement of the account is the trouble.</summary>
internal static class AccountErrors
{
    private static readonly SearchValues<string> s_organization =
        SearchValues.Create(["credit balance is too low", "organization has been disabled"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> s_extraUsage = SearchValues.Create(["extra usage"], StringComparison.OrdinalIgnoreCase);

    /// <summary>The organization has no money left, has reached a spend limit, or is closed: so are all its accounts.</summary>
    public static bool IsAboutOrganization(AttemptOutcome outcome) =>
        outcome is { Status: 402 } or { ErrorCode: "enforced_spend_limit_reached" }
        || (outcome.Status == 400 && Begins(outcome, "You have reached your specified API usage limits"))
        || (outcome.Status is 400 or 401 or 403 && Says(outcome, s_organization));

    /// <summary>The workspace has reached a spend limit.</summary>
    public static bool IsAboutWorkspace(AttemptOutcome outcome) =>
        outcome.Status == 400 && Begins(outcome, "You have reached your specified workspace API usage limits");

    /// <summary>The account would have to pay extra for a request like this one; it serves others.</summary>
    public static bool IsAboutExtraUsage(AttemptOutcome outcome) => outcome.Status == 429 && Says(outcome, s_extraUsage);

    private static bool Begins(AttemptOutcome outcome, string words) => outcome.ErrorMessage.StartsWith(words, StringComparison.OrdinalIgnoreCase);

    private static bool Says(AttemptOutcome outcome, SearchValues<string> words) => outcome.ErrorMessage.AsSpan().ContainsAny(words);
}
