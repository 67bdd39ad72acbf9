using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Cases;

/// <summary>What one case gave for one candidate in one round.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="Errors">Answers that were not as the upstream sent them; with any, the figures do not count.</param>
/// <param name="Reason">What was wrong with the first of them.</param>
internal sealed record Measurement(IReadOnlyList<Figure> Figures, long Errors, string Reason)
{
    /// <summary>Whether the case asks what the candidate does not offer.</summary>
    public bool IsUnable { get; init; }

    /// <summary>The candidate does not offer what the case asks.</summary>
    public static Measurement Unable { get; } = new([], 0, "") { IsUnable = true };

    /// <summary>The figures of a load without errors, or the errors.</summary>
    public static Measurement Of(LoadResult load, params IReadOnlyList<Figure> figures) => new(figures, load.Errors, load.Reason);

    /// <summary>Adds how much of each delay is the candidate's own: what it has over <paramref name="direct"/>.</summary>
    public Measurement Above(Measurement direct) => this with
    {
        Figures =
        [
            .. Figures,
            .. Figures.Where(figure => figure.Unit == "ms").Select(figure =>
                new Figure($"added {figure.Name}", figure.Unit, figure.Value - direct.Figures.First(other => other.Name == figure.Name).Value)),
        ],
    };
}
