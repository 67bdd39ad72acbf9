using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>Everything the operator wrote: the configuration file, the environment and the command line together.</summary>
internal sealed record ProxyOptions
{
    /// <summary>The value of <see cref="Policy"/> that means the rules compiled into the program.</summary>
    public const string BuiltInPolicy = "built_in";

    /// <summary>The values of <see cref="Policy"/> that mean rules compiled into the program.</summary>
    public static readonly IReadOnlyList<string> HostPolicies = [BuiltInPolicy, RelayPolicy];

    private const string RelayPolicy = "middleware";
    private const string RelayAlgorithm = "least_recently_used";

    private static readonly SettingRule<BalancingMode> s_mode = SettingRules.Choice(
        ("load_balance", BalancingMode.LoadBalance), ("fallback", BalancingMode.Fallback));

    /// <summary>Full path of the file the options come from, or <see langword="null"/> if they come from nowhere (the demo).</summary>
    public string? ConfigPath { get; init; }

    /// <summary>The folder that relative paths are relative to.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>The address to listen on, an IP address or <c>localhost</c>; 127.0.0.1 unless set.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 takes any free one. 0 to 65535; 3000 unless set.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>Whether clients without a key are served on an address that others can reach; false unless set.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Whether clients must show one of <see cref="AuthKeys"/>; false unless set.</summary>
    public bool Auth { get; init; }

    /// <summary>The keys clients may show; at least one if <see cref="Auth"/> is set.</summary>
    public IReadOnlyList<Secret> AuthKeys { get; init; } = [];

    /// <summary>The keys that open the administration, beside the random one of each run.</summary>
    public IReadOnlyList<Secret> AdminKeys { get; init; } = [];

    /// <summary>The name of a load balancer, or the full path of a <c>.csx</c>; <c>round_robin</c> unless set, for a relay
    /// <c>least_recently_used</c>.</summary>
    public string Algorithm { get; init; } = "round_robin";

    /// <summary>Whether the algorithm chooses, or the servers are used in strict order of priority;
    /// <see cref="BalancingMode.LoadBalance"/> unless set.</summary>
    public BalancingMode Mode { get; init; } = BalancingMode.LoadBalance;

    /// <summary>Whether a failed request is tried on other accounts; unless set, only in <see cref="BalancingMode.Fallback"/> and
    /// for a relay.</summary>
    public bool Fallback { get; init; }

    /// <summary>How long a failed account rests the first time. 1 second to 24 hours; 60 seconds unless set.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The failover policy: <c>built_in</c>, <c>middleware</c>, the name of one that a plugin offers, or the full path of a
    /// <c>.csx</c>; <c>built_in</c> unless set, for a relay <c>middleware</c>.</summary>
    public string Policy { get; init; } = BuiltInPolicy;

    /// <summary>The servers, in the order of the file. Empty if <see cref="Accounts"/> names a source.</summary>
    public IReadOnlyList<ServerOptions> Servers { get; init; } = [];

    /// <summary>Where accounts come from if not from <see cref="Servers"/>.</summary>
    public AccountsOptions? Accounts { get; init; }

    /// <summary>Whether the accounts are kept by one relay, to which every request goes.</summary>
    public bool IsRelay => Accounts is { IsRelay: true };

    /// <summary>The <c>plugins</c> section.</summary>
    public PluginsOptions Plugins { get; init; } = new();

    /// <summary>The <c>failover</c> section.</summary>
    public FailoverOptions Failover { get; init; } = new();

    /// <summary>The <c>headroom</c> section.</summary>
    public HeadroomOptions Headroom { get; init; } = new();

    /// <summary>The <c>recovery</c> section.</summary>
    public RecoveryOptions Recovery { get; init; } = new();

    /// <summary>The <c>queue</c> section.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>The <c>timeouts</c> section.</summary>
    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>The <c>logging</c> section.</summary>
    public LoggingOptions Logging { get; init; } = new();

    /// <summary>Reads the whole configuration.</summary>
    public static ProxyOptions Read(SettingsSection root, ConfigurationOverrides overrides)
    {
        var unset = new ProxyOptions { BaseDirectory = root.Context.BaseDirectory };
        root.TryRead("$schema", SettingRules.Text, out _);
        var mode = root.Read("mode", unset.Mode, s_mode);
        var debug = root.Read("debug", false, SettingRules.Boolean);
        var accounts = root.ReadOptionalSection("accounts", AccountsOptions.Read);
        var isRelay = accounts is { IsRelay: true };
        var options = ListeningReader.Read(unset, root, overrides) with
        {
            Algorithm = ScriptSetting.Read(root, "algorithm", isRelay ? RelayAlgorithm : unset.Algorithm, "the name of an algorithm"),
            Mode = mode,
            Fallback = root.TryRead("fallback", SettingRules.Boolean, out var fallback) ? fallback : mode == BalancingMode.Fallback || isRelay,
            Cooldown = root.Read(
                "cooldown", unset.Cooldown, SettingRules.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)).OrZero(unset.Cooldown)),
            Policy = ScriptSetting.Read(root, "policy", isRelay ? RelayPolicy : unset.Policy, $"{BuiltInPolicy}, {RelayPolicy}, the name of a policy"),
            Servers = ServersReader.Read(root),
            Accounts = accounts,
            Plugins = root.ReadSection("plugins", PluginsOptions.Read),
            Failover = root.ReadSection("failover", FailoverOptions.Read),
            Headroom = root.ReadSection("headroom", HeadroomOptions.Read),
            Recovery = root.ReadSection("recovery", RecoveryOptions.Read),
            Queue = root.ReadSection("queue", QueueOptions.Read),
            Timeouts = root.ReadSection("timeouts", TimeoutOptions.Read),
            Logging = root.ReadSection("logging", section => LoggingOptions.Read(section, debug, overrides.LogLevel)),
        };

        CheckAccounts(root, options);
        return options;
    }

    private static void CheckAccounts(SettingsSection root, ProxyOptions options)
    {
        if (root.Has("servers") && root.Has("accounts"))
        {
            root.Reject("accounts", "is set, and servers too; keep one of them");
        }
        else if (options is { Servers: [], Accounts: null } && !root.Context.IsFaulty("servers") && !root.Context.IsFaulty("accounts"))
        {
            root.Reject("servers", $"is {(root.Has("servers") ? "an empty list" : "missing")}; "
                + "list at least one, such as { \"url\": \"https://api.anthropic.com\", \"token\": \"…\" }, "
                + "or name a source in accounts");
        }
    }
}
