using System.Globalization;

namespace ClaudeProxy.Speed;

/// <summary>What a run is made of.</summary>
internal sealed record SpeedOptions
{
    private static readonly string[] s_switches = ["--quick", "--growth", "--write"];

    /// <summary>The letters of the cases.</summary>
    public string Cases { get; init; } = "abcdefgh";

    /// <summary>The candidates, in the order of the table.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = ["nginx", "haproxy", "caddy", "floor", "claude-proxy"];

    /// <summary>How often each is measured; the table has medians.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How long things are measured.</summary>
    public Pace Pace { get; init; } = Pace.Full;

    /// <summary>Whether claude-proxy's cost as the work grows is measured, instead of the candidates side by side.</summary>
    public bool IsGrowth { get; init; }

    /// <summary>Whether to write the results into <see cref="Folder"/>.</summary>
    public bool Writes { get; init; }

    /// <summary>The folder that keeps the results.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Environment variables for claude-proxy.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder of the native programs.</summary>
    public string Native { get; init; } = "";

    /// <summary>The program claude-proxy.</summary>
    public string ClaudeProxy { get; init; } = "claude-proxy";

    /// <summary>The program floor.</summary>
    public string Floor { get; init; } = "floor";

    /// <summary>The call that has these options.</summary>
    public string Command => string.Join(
        ' ',
        [
            "bench/run.sh",
            .. IsGrowth ? (string[])["--growth"] : [],
            .. Pace == Pace.Quick ? (string[])["--quick"] : [],
            $"--rounds {Rounds}",
            $"--cases {Cases}",
            $"--candidates {string.Join(',', Candidates)}",
            .. Environment.Select(variable => $"--env {variable.Key}={variable.Value}"),
        ]);

    /// <summary>Reads <c>--name value</c> pairs and switches.</summary>
    /// <exception cref="FormatException">They cannot be understood.</exception>
    public static SpeedOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SpeedOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (s_switches.Contains(name))
            {
                options = name switch
                {
                    "--quick" => options with { Pace = Pace.Quick, Rounds = 1 },
                    "--growth" => options with { IsGrowth = true, Cases = "xyz", Candidates = ["claude-proxy"] },
                    _ => options with { Writes = true },
                };
                continue;
            }

            var value = ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");
            options = name switch
            {
                "--cases" => options with { Cases = value.Replace(",", "", StringComparison.Ordinal) },
                "--candidates" => options with { Candidates = value.Split(',') },
                "--rounds" => options with { Rounds = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
                "--env" => options with { Environment = new Dictionary<string, string>(options.Environment) { [value.Split('=')[0]] = value[(value.IndexOf('=') + 1)..] } },
                "--folder" => options with { Folder = value },
                "--native" => options with { Native = value },
                "--claude-proxy" => options with { ClaudeProxy = value },
                "--floor" => options with { Floor = value },
                _ => throw new FormatException($"{name} is unknown; there are --cases, --candidates, --rounds, --quick, --growth, --write and --env."),
            };
        }

        return options;
    }
}
