using System.IO.Enumeration;

namespace ClaudeProxy.Accounts;

/// <summary>Which models an account may serve, and what its upstream calls them.</summary>
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
            if (Fits(pattern, model))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the upstream of <paramref name="account"/> calls <paramref name="model"/>, or <see langword="null"/> if it calls it so too.</summary>
    public static string? NameFor(this Account account, string model)
    {
        foreach (var (pattern, name) in account.ModelNames)
        {
            if (Fits(pattern, model))
            {
                return name == model ? null : name;
            }
        }

        return null;
    }

    private static bool Fits(string pattern, string model) => FileSystemName.MatchesSimpleExpression(pattern, model, ignoreCase: false);
}
