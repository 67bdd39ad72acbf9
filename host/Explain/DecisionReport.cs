namespace ClaudeProxy.Explain;

/// <summary>A decision record as it stood at one moment, for people and for the wire. Immutable.</summary>
internal sealed record DecisionReport
{
    /// <summary>The proxy's id of the request, as in <c>x-claude-proxy-request-id</c>.</summary>
    public required string RequestId { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The model, or <see langword="null"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation, or <see langword="null"/>.</summary>
    public string? Session { get; init; }

    /// <summary>A short name of the client's key that does not reveal it, or <see langword="null"/>.</summary>
    public string? Client { get; init; }

    /// <summary>Whether it asks for a stream.</summary>
    public bool Streaming { get; init; }

    /// <summary>Length of its body.</summary>
    public long BodyBytes { get; init; }

    /// <summary>The steps, in their order.</summary>
    public required IReadOnlyList<DecisionStep> Steps { get; init; }

    /// <summary>How many further steps were not kept.</summary>
    public int StepsLeftOut { get; init; }

    /// <summary>How it ended, or <see langword="null"/> while it is in flight.</summary>
    public DecisionEnd? End { get; init; }
}
