using System.Globalization;

namespace ClaudeProxy.Chaos;

/// <summary>What a run is made of.</summary>
internal sealed record ChaosOptions
{
    /// <summary>The upstreams.</summary>
    public const int Upstreams = 5;

    /// <summary>The accounts of each upstream.</summary>
    public const int AccountsOfEach = 2;

    /// <summary>Requests for each proxy, if the time suffices.</summary>
    public int Requests { get; init; } = 50_000;

    /// <summary>Clients at once.</summary>
    public int Clients { get; init; } = 64;

    /// <summary>Time for each proxy.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Time from one wave of faults to the next.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Attempts for each request that the proxies are allowed; as many as claude-proxy makes unless told otherwise.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>What faults, bodies and their order follow from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The proxies, one after another.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = ["claude-proxy", "nginx", "haproxy"];

    /// <summary>The file that gets the table, or <see langword="null"/>.</summary>
    public string? ResultFile { get; init; }

    /// <summary>The program claude-proxy.</summary>
    public string ClaudeProxy { get; init; } = "claude-proxy";

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="FormatException">They cannot be understood.</exception>
    public static ChaosOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ChaosOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--requests" => options with { Requests = Number(value) },
                "--clients" => options with { Clients = Number(value) },
                "--seconds" => options with { Limit = TimeSpan.FromSeconds(Number(value)) },
                "--round" => options with { Round = TimeSpan.FromSeconds(Number(value)) },
                "--attempts" => options with { Attempts = Number(value) },
                "--seed" => options with { Seed = Number(value) },
                "--proxies" => options with { Proxies = value.Split(',') },
                "--results" => options with { ResultFile = value },
                "--claude-proxy" => options with { ClaudeProxy = value },
                var unknown => throw new FormatException($"{unknown} is unknown; there are --requests, --clients, --seconds, --round, --attempts, --seed, --proxies, --results and --claude-proxy."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
