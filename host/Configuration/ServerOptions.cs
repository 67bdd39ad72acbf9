using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>One entry of <c>servers</c>.</summary>
internal sealed record ServerOptions
{
    /// <summary>Base address of the upstream: <c>http</c> or <c>https</c>, host, optional port and path.</summary>
    public required Uri Url { get; init; }

    /// <summary>The account's id, unique among the servers; unless set, made of a hash of address and token.</summary>
    public required string Name { get; init; }

    /// <summary>The credential; empty sends none.</summary>
    public Secret Token { get; init; } = new("");

    /// <summary>Share of traffic. 1 to 1,000,000; 1 unless set.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Smallest first; 0 comes last. 0 to 1,000,000; 0 unless set.</summary>
    public int Priority { get; init; }

    /// <summary>Most requests at once. 1 to 1,000,000; no limit unless set.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>The header that carries the token; unless set, told by the token (<see cref="Credential.FromToken"/>).</summary>
    public string? AuthHeader { get; init; }

    /// <summary>The models it serves, with <c>*</c> as wildcard; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>What its upstream calls a model, by the name or pattern that clients use; empty if it calls all of them so.</summary>
    public IReadOnlyDictionary<string, string> ModelNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The egress proxy, or <see langword="null"/> to go straight.</summary>
    public EgressProxy? Proxy { get; init; }

    /// <summary>1.1 or 2.0, or <see langword="null"/> to use HTTP/2 where TLS offers it and 1.1 elsewhere.</summary>
    public Version? HttpVersion { get; init; }

    /// <summary>The active health check, or <see langword="null"/> for none.</summary>
    public HealthCheckOptions? HealthCheck { get; init; }

    /// <summary>The balance check, or <see langword="null"/> for none.</summary>
    public BalanceCheckOptions? BalanceCheck { get; init; }

    /// <summary>Reads one entry; <see langword="null"/> if it has no usable address. If it has no name, the name is empty.</summary>
    public static ServerOptions? Read(SettingsSection section)
    {
        var hasUrl = section.TryRequire("url", ServerRules.Url, out var url);
        var options = new ServerOptions
        {
            Url = url!,
            Name = section.TryRead("name", ServerRules.Name, out var name) ? name : "",
            Token = section.TryRead("token", ServerRules.Token, out var token) ? token : new Secret(""),
            Weight = section.Read("weight", 1, SettingRules.Integer(1, 1_000_000).OrZero(1)),
            Priority = section.Read("priority", 0, SettingRules.Integer(0, 1_000_000)),
            MaxConcurrency = section.TryRead("max_concurrency", SettingRules.Integer(1, 1_000_000), out var most) ? most : null,
            AuthHeader = section.TryRead("auth_header", ServerRules.HeaderName, out var header) ? header : null,
            Models = section.ReadList("models", ServerRules.Model),
            ModelNames = section.ReadMap("model_names", ServerRules.ModelName),
            Proxy = section.TryRead("proxy", ServerRules.Proxy, out var proxy) ? proxy : null,
            HttpVersion = section.TryRead("http_version", ServerRules.HttpVersion, out var version) ? version : null,
            HealthCheck = section.ReadOptionalSection("health_check", HealthCheckOptions.Read),
            BalanceCheck = BalanceCheckOptions.Read(section),
        };
        return hasUrl ? options : null;
    }
}
