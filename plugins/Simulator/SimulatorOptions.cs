using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The settings of the <c>simulator</c> account source.</summary>
internal sealed record SimulatorOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>How many accounts there are. 1 to 10,000; 3 unless set.</summary>
    public required int Accounts { get; init; }

    /// <summary>How many origins serve them. 1 to 64, at most one per account; one per account, up to 8, unless set.</summary>
    public required int Upstreams { get; init; }

    /// <summary>How many workspaces they share. 1 to <see cref="Accounts"/>; one per account unless set.</summary>
    public required int Workspaces { get; init; }

    /// <summary>How many of the accounts, counted from the last, fail now and then. 0 to <see cref="Accounts"/>; 0 unless set.</summary>
    public required int Flaky { get; init; }

    /// <summary>A flaky account fails each n-th request for a message. 1 to 1,000,000; 4 unless set.</summary>
    public required int FailEvery { get; init; }

    /// <summary>How a flaky account fails; <see langword="null"/> for one of several ways by chance, all before the first byte.</summary>
    public required SimulatedFault? Fault { get; init; }

    /// <summary>How fast and in how many parts the accounts answer.</summary>
    public required Pace Pace { get; init; }

    /// <summary>Requests for messages that a workspace may make in a minute, for each model. 1,000,000 unless set.</summary>
    public required int RequestsPerMinute { get; init; }

    /// <summary>Input tokens that a workspace may send in a minute, for each model, without what is read from the prompt cache. 1,000,000,000 unless set.</summary>
    public required int TokensPerMinute { get; init; }

    /// <summary>Output tokens that a workspace may be answered with in a minute, for each model. 1,000,000,000 unless set.</summary>
    public required int OutputTokensPerMinute { get; init; }

    /// <summary>Reads every setting.</summary>
    /// <exception cref="PluginSettingsException">One of them does not fit.</exception>
    public static SimulatorOptions Read(PluginSettings settings)
    {
        var accounts = settings.GetInt32("accounts", 3, 1, 10_000);
        return new SimulatorOptions
        {
            Accounts = accounts,
            Upstreams = settings.GetInt32("upstreams", Math.Min(accounts, 8), 1, Math.Min(accounts, 64)),
            Workspaces = settings.GetInt32("workspaces", accounts, 1, accounts),
            Flaky = settings.GetInt32("flaky", 0, 0, accounts),
            FailEvery = settings.GetInt32("fail_every", 4, 1, 1_000_000),
            Fault = ReadFault(settings),
            Pace = new Pace(
                settings.GetDuration("first_byte", TimeSpan.FromMilliseconds(50), TimeSpan.Zero, s_longest),
                settings.GetDuration("event_interval", TimeSpan.FromMilliseconds(20), TimeSpan.Zero, s_longest),
                settings.GetInt32("events", 24, 1, 100_000)),
            RequestsPerMinute = settings.GetInt32("requests_per_minute", 1_000_000, 1),
            TokensPerMinute = settings.GetInt32("tokens_per_minute", 1_000_000_000, 1),
            OutputTokensPerMinute = settings.GetInt32("output_tokens_per_minute", 1_000_000_000, 1),
        };
    }

    private static SimulatedFault? ReadFault(PluginSettings settings)
    {
        try
        {
            return settings.GetString("fault") is { } text ? FaultText.Parse(text) : null;
        }
        catch (FormatException exception)
        {
            throw new PluginSettingsException($"accounts.fault: {exception.Message}", exception);
        }
    }
}
