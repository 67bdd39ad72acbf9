using System.IO.Enumeration;

namespace ClaudeProxy.Accounts;

/// <summary>Which models an account may serve.</summary>
internal static class ServedModels
{
    /// <summary>Whether the operator lets <paramref name="account"/> serve <paramref name="model"/>; a request without a model is served by all.</summary>
    public static bool Serves(this Account account, string? model)
    {
        var patterns = account.Models;
        if (patterns.Count == 0 || model is null)
        {
            return true;
        }

        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, model, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }
}
