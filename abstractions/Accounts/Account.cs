namespace ClaudeProxy.Abstractions;

/// <summary>A credential for an upstream, and what the operator or source says of it.</summary>
/// <remarks>
/// Immutable, thread-safe. An account <em>is</em> its <see cref="Id"/>: when a source yields the same id again with other values,
/// it is the same account and keeps what the host has learnt of it (cooldowns, latency, requests in flight).
/// Two accounts may share one upstream, and even one credential.
/// </remarks>
public sealed record Account
{
    /// <summary>Unique within its pool. Appears in logs and <c>/status</c>; never secret.</summary>
    public required string Id { get; init; }

    /// <summary>For people. The id unless set.</summary>
    public string Name
    {
        get => field ?? Id;
        init;
    }

    /// <summary>Scheme, host, port and base path (<c>http</c> or <c>https</c>); without user, query and fragment.
    /// The path of each request is appended to its path.</summary>
    public required Uri Upstream { get; init; }

    /// <summary>What the account shows its upstream; <see langword="null"/> shows nothing.</summary>
    public Credential? Credential { get; init; }

    /// <summary>Relative share of traffic; 1 or more, 1 unless set. Balancers that ignore weights may ignore it.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Accounts with the smallest number are used first, the others only when none of those is usable.
    /// 0, the default, comes after every other number; negative numbers are not allowed.</summary>
    public int Priority { get; init; }

    /// <summary>Most requests at once; 1 or more, or <see langword="null"/> for no limit.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>The models it serves, as names in which <c>*</c> stands for any run of characters; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>What the account's upstream calls a model, by the name that clients use, in which <c>*</c> stands for any run of characters; the first
    /// that fits counts. Requests are sent with the upstream's name. Empty if it calls all models as clients do.</summary>
    public IReadOnlyDictionary<string, string> ModelNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The proxy to its upstream, or <see langword="null"/> to go straight.</summary>
    public EgressProxy? EgressProxy { get; init; }

    /// <summary>The HTTP version to speak, 1.1 or 2.0; <see langword="null"/> for HTTP/2 where TLS offers it, else 1.1.</summary>
    public Version? HttpVersion { get; init; }

    /// <summary>Free facts for balancers and people; never secret.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What the source has observed of the account.</summary>
    public AccountObservation Observed { get; init; } = AccountObservation.None;
}
