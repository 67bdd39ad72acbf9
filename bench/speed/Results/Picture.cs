using System.Globalization;
using System.Text;

namespace ClaudeProxy.Speed.Results;

/// <summary>Draws the main figures as bars: what each candidate needs where claude-proxy needs 1. Shorter is better.</summary>
internal static class Picture
{
    private const string Ours = "claude-proxy";
    private const int Width = 860, LabelWidth = 230, BarsWidth = 520, BarHeight = 13, BarGap = 3, GroupGap = 18, Top = 84;

    /// <summary>A longer bar is cut, and its number says how long it would be.</summary>
    private const double Longest = 3;

    private static readonly (char Letter, string Title, string Name, string Label)[] s_figures =
    [
        ('a', "", "CPU for 1,000", "CPU of 1,000 small requests"),
        ('b', "", "added p50", "time added to one, median"),
        ('b', "", "added p99", "time added to one, p99"),
        ('c', "1 MB", "CPU for 1,000", "CPU of 1,000 requests of 1 MB"),
        ('d', "", "CPU for 10,000 events", "CPU of 10,000 streamed events"),
        ('d', "", "added event p99", "time added to an event, p99"),
        ('e', "8,000", "memory of a stream", "memory of a quiet stream"),
        ('f', "", "peak memory above idle", "memory of 500 requests of 1 MB"),
        ('g', "start, built-in", "to the first answer", "start to the first answer"),
    ];

    private static readonly Dictionary<string, string> s_colours = new()
    {
        ["nginx"] = "#9aa5b1",
        ["haproxy"] = "#7b8794",
        ["caddy"] = "#616e7c",
        ["floor"] = "#b8a36b",
        ["floor-inline"] = "#cbbd93",
        [Ours] = "#c15f3c",
    };

    /// <summary>The picture, as SVG.</summary>
    public static string Of(Summary summary)
    {
        var candidates = summary.Candidates.Where(s_colours.ContainsKey).OrderBy(candidate => candidate == Ours ? 0 : 1).ToList();
        var body = new StringBuilder();
        var y = Top;
        foreach (var (letter, title, name, label) in s_figures)
        {
            if (summary.Find(letter, title, name) is { } row && summary.Median(row, Ours) > 0)
            {
                y = DrawFigure(body, summary, row, label, candidates, y) + GroupGap;
            }
        }

        var (left, right) = (LabelWidth + (BarsWidth / Longest), y - GroupGap + 4);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {y}" font-family="system-ui, sans-serif" font-size="12" fill="#323f4b">
            <rect width="{Width}" height="{y}" fill="#ffffff"/>
            <text x="16" y="28" font-size="16" font-weight="600">What each needs where claude-proxy needs 1</text>
            <text x="16" y="46" fill="#616e7c">one core, medians; shorter is better</text>
            {Legend(candidates)}<line x1="{left:0.#}" y1="{Top - 6}" x2="{left:0.#}" y2="{right}" stroke="{s_colours[Ours]}" stroke-dasharray="3 3"/>
            {body}</svg>

            """);
    }

    // Draws a group of bars and says where it ends.
    private static int DrawFigure(StringBuilder body, Summary summary, Row row, string label, List<string> candidates, int y)
    {
        var measured = candidates.Where(candidate => summary.Ratio(row, candidate, Ours) is not null).ToList();
        var middle = y + (measured.Count * (BarHeight + BarGap) / 2) + 3;
        body.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 12}\" y=\"{middle}\" text-anchor=\"end\">{label}</text>\n");
        foreach (var candidate in measured)
        {
            var ratio = summary.Ratio(row, candidate, Ours)!.Value;
            var width = Math.Max(1, Math.Min(ratio, Longest) / Longest * BarsWidth);
            body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{LabelWidth}\" y=\"{y}\" width=\"{width:0.#}\" height=\"{BarHeight}\" fill=\"{s_colours[candidate]}\"/>\n");
            var text = candidate == Ours ? $"{Markdown.Number(summary.Median(row, Ours))} {row.Unit}" : Markdown.Number(ratio) + (ratio > Longest ? " \u2192" : "");
            body.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{LabelWidth + width + 6:0.#}\" y=\"{y + 11}\" font-size=\"11\" fill=\"#616e7c\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">{text}</text>\n");
            y += BarHeight + BarGap;
        }

        return y;
    }

    private static string Legend(List<string> candidates) => string.Concat(candidates.Select((candidate, i) => string.Create(
        CultureInfo.InvariantCulture,
        $"<rect x=\"{16 + (i * 110)}\" y=\"58\" width=\"11\" height=\"11\" fill=\"{s_colours[candidate]}\"/><text x=\"{32 + (i * 110)}\" y=\"68\">{candidate}</text>\n")));
}
