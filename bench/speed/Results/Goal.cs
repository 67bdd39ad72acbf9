namespace ClaudeProxy.Speed.Results;

/// <summary>A target that this run can judge.</summary>
/// <param name="Text">What is wanted.</param>
/// <param name="Limit">The most that the figure may be.</param>
/// <param name="Value">The figure; <see langword="null"/> if it was not measured, or does not count.</param>
internal sealed record Goal(string Text, double Limit, double? Value)
{
    private const string Ours = "claude-proxy";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Goal> Of(Summary summary) =>
    [
        new("(a) CPU of small requests, to the floor's", 1.15, Ratio(summary, 'a', "", "CPU for 1,000", "floor")),
        new("(a) CPU of small requests, to Caddy's", 0.9, Ratio(summary, 'a', "", "CPU for 1,000", "caddy")),
        new("(b) p99 that it adds, to Caddy's", 1, Ratio(summary, 'b', "", "added p99", "caddy")),
        new("(d) CPU of events, to Caddy's", 1, Ratio(summary, 'd', "", "CPU for 10,000 events", "caddy")),
        new("(d) p99 that it adds to events, ms", 1, Median(summary, 'd', "", "added event p99")),
        new("(e) memory of each of 2,000 quiet streams, KB", 25, Median(summary, 'e', "2,000", "memory of a stream")),
        new("(e) memory of each of 8,000 quiet streams, KB", 25, Median(summary, 'e', "8,000", "memory of a stream")),
        new("(f) peak memory for each byte of the bodies", 1.3, Median(summary, 'f', "", "for each byte of the bodies")),
        new("(g) first answer, ms", 250, Median(summary, 'g', "start, built-in", "to the first answer")),
        new("(g) first answer with a cached script, ms", 400, Median(summary, 'g', "start, script", "to the first answer")),
    ];

    /// <summary>A table of all.</summary>
    public static string Table(Summary summary) => Markdown.Table(
    [
        ["target", "at most", "measured", "reached"],
        .. Of(summary).Select(goal => (string[])
        [
            goal.Text, Markdown.Number(goal.Limit), Markdown.Number(goal.Value), goal.Value is null ? "not measured" : goal.Value <= goal.Limit ? "yes" : "**no**",
        ]),
    ]);

    private static double? Median(Summary summary, char letter, string title, string name) =>
        summary.Find(letter, title, name) is { } row ? summary.Median(row, Ours) : null;

    private static double? Ratio(Summary summary, char letter, string title, string name, string other) =>
        summary.Find(letter, title, name) is { } row ? summary.Ratio(row, Ours, other) : null;
}
