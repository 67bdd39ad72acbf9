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

    /// <summary>The same as it is now.</summary>
    public static bool Serves(this AccountState account, string? model) => account.Account.Serves(model);

    /// <summary>Whether <paramref name="account"/> serves the models that the tools of <paramref name="request"/> name, and none of them rests: they would
    /// fail the request as its own model would.</summary>
    public static bool ServesTools(this AccountState account, RequestFacts request, DateTimeOffset now)
    {
        var models = request.ToolModels;
        for (var i = 0; i < models.Count; i++)
        {
            if (!account.Serves(models[i]) || account.StandingAt(now, models[i]).Tier != Tier.Usable)
            {
                return false;
            }
        }

        return true;
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
