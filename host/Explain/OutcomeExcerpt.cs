using ClaudeProxy.Accounts;

namespace ClaudeProxy.Explain;

/// <summary>Makes of an outcome what may be kept: bounded, and without the credential, should an upstream have quoted it.</summary>
internal static class OutcomeExcerpt
{
    /// <summary>Policies recognise messages by how they begin.</summary>
    private const int LongestText = 300;

    /// <summary>The excerpt; <paramref name="outcome"/> itself if there is nothing to take out.</summary>
    public static AttemptOutcome Of(AttemptOutcome outcome, Lease lease)
    {
        var secret = lease.Placement.Account.Credential?.Value.Reveal();
        var (message, code) = (Cleaned(outcome.ErrorMessage, secret), outcome.ErrorCode is null ? null : Cleaned(outcome.ErrorCode, secret));
        return ReferenceEquals(message, outcome.ErrorMessage) && ReferenceEquals(code, outcome.ErrorCode)
            ? outcome
            : outcome with { ErrorMessage = message, ErrorCode = code };
    }

    private static string Cleaned(string text, string? secret)
    {
        var safe = secret is { Length: > 0 } && text.Contains(secret, StringComparison.Ordinal) ? text.Replace(secret, "***", StringComparison.Ordinal) : text;
        return safe.Length > LongestText ? safe[..LongestText] : safe;
    }
}
