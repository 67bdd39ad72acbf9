namespace ClaudeProxy.Accounts;

/// <summary>The models that the API counts against one rate limit: those of a generation that share it, else a model alone.</summary>
/// <remarks>Conservative: only what the API's documentation says to be combined is taken together. A class that is missing here costs one
/// attempt for each of its models; one too many would let models rest that have room.</remarks>
/// <param name="Name">The model's name, or the beginning that the models of the class share, followed by <c>*</c>.</param>
/// <param name="IsShared">Whether it stands for several models.</param>
internal readonly record struct ModelClass(string Name, bool IsShared)
{
    // Rate limits of the Messages API: "Fable 5.x", "Opus 4.x" and "Sonnet 4.x" are totals; every other model has limits of its own.
    private static readonly ModelClass[] s_shared = [new("claude-fable-5*", true), new("claude-opus-4*", true), new("claude-sonnet-4*", true)];

    /// <summary>Nothing but <paramref name="model"/>.</summary>
    public static ModelClass Only(string model) => new(model, false);

    /// <summary>The class of <paramref name="model"/>.</summary>
    public static ModelClass Of(string model)
    {
        foreach (var shared in s_shared)
        {
            if (shared.Includes(model))
            {
                return shared;
            }
        }

        return Only(model);
    }

    private bool Includes(string model)
    {
        var beginning = Name.AsSpan(0, Name.Length - 1);
        return model.AsSpan().StartsWith(beginning, StringComparison.Ordinal)
            && (model.Length == beginning.Length || !char.IsAsciiLetterOrDigit(model[beginning.Length]));
    }
}
