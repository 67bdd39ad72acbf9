using System.Globalization;

namespace ClaudeProxy.Day;

/// <summary>What a run is made of.</summary>
internal sealed record DayOptions
{
    /// <summary>The balancers, one day each.</summary>
    public IReadOnlyList<string> Balancers { get; init; } = ["round_robin", "weighted_round_robin", "least_recently_used", "session_affinity"];

    /// <summary>How many developers work.</summary>
    public int Developers { get; init; } = 12;

    /// <summary>How long they work.</summary>
    public int Hours { get; init; } = 8;

    /// <summary>What everything follows from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The file that gets the table, or <see langword="null"/>.</summary>
    public string? ResultFile { get; init; }

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="FormatException">They cannot be understood.</exception>
    public static DayOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new DayOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--balancers" => options with { Balancers = value.Split(',') },
                "--developers" => options with { Developers = Number(value, 1, 200) },
                "--hours" => options with { Hours = Number(value, 1, 24) },
                "--seed" => options with { Seed = Number(value, 0, int.MaxValue) },
                "--write" => options with { ResultFile = value },
                var unknown => throw new FormatException($"{unknown} is unknown; there are --balancers, --developers, --hours, --seed and --write."),
            };
        }

        return options;
    }

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' must be a whole number from {least} to {most}.");
}
