namespace ClaudeProxy.Abstractions;

/// <summary>What is known of a request before it is sent: enough to place it, and no secrets.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record RequestFacts
{
    /// <summary>The proxy's own id of the request, as in <c>x-claude-proxy-request-id</c>.</summary>
    public required string RequestId { get; init; }

    /// <summary>The HTTP method, upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The path as the client sent it, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The model the body names, or <see langword="null"/> if it names none.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation, from <c>x-claude-code-session-id</c> or <c>metadata.user_id</c>; <see langword="null"/> if unknown.</summary>
    public string? SessionId { get; init; }

    /// <summary>The sub-agent, from <c>x-claude-code-agent-id</c>; <see langword="null"/> for a main conversation.</summary>
    public string? AgentId { get; init; }

    /// <summary>A short name of the client's key that does not reveal it; <see langword="null"/> without client authentication.</summary>
    public string? Client { get; init; }

    /// <summary>Whether the body asks for a stream.</summary>
    public bool IsStreaming { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public long BodyBytes { get; init; }

    /// <summary>Which attempt this is, from 1. Repeats on the same account do not count.</summary>
    public int Attempt { get; init; } = 1;
}
