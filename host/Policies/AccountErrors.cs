namespace ClaudeProxy.Policies;

/// <summary>The messages by which an upstream says, under a status that means something else, that the account is the trouble.</summary>
internal static class AccountErrors
{
    private static readonly string[] s_beginnings =
    [
        "You have reached your specified API usage limits",
        "You have reached your specified workspace API usage limits",
    ];

    private static readonly string[] s_parts =
    [
        "credit balance is too low",
        "organization has been disabled",
    ];

    /// <summary>Whether <paramref name="message"/> speaks of the account rather than of the request.</summary>
    public static bool IsAbout(string message)
    {
        foreach (var beginning in s_beginnings)
        {
            if (message.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        foreach (var part in s_parts)
        {
            if (message.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
