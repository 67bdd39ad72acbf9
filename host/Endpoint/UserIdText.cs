using System.Text.Json;

namespace ClaudeProxy.Endpoint;

/// <summary>What Claude Code writes into <c>metadata.user_id</c>.</summary>
internal static class UserIdText
{
    /// <summary>The session, or <see langword="null"/> if it names none: a JSON object holds it; older versions end with <c>_session_</c> and the id.</summary>
    public static string? SessionOf(string userId)
    {
        const string OldForm = "_session_";
        if (userId.StartsWith('{'))
        {
            return SessionInJson(userId);
        }

        var at = userId.LastIndexOf(OldForm, StringComparison.Ordinal);
        return at >= 0 ? userId[(at + OldForm.Length)..] : null;
    }

    private static string? SessionInJson(string userId)
    {
        try
        {
            using var document = JsonDocument.Parse(userId);
            return document.RootElement.TryGetProperty("session_id", out var session) && session.ValueKind == JsonValueKind.String ? session.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair.
            return null;
        }
    }
}
