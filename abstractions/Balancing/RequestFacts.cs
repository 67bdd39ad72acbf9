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

    /// <summary>The models that are named inside the tools, which the account has to serve as well; empty as a rule.</summary>
    public IReadOnlyList<string> ToolModels { get; init; } = [];

    /// <summary>A number that all requests of a conversation have in common, in every replica and after every restart; 0 if nothing tells.</summary>
    /// <remarks>Made of the client's key and the sub-agent with the session; without a session, with what does not change in a conversation: the
    /// model, the tools, the system prompt and the first message of the user.</remarks>
    public ulong Conversation { get; init; }

    /// <summary>How long a prompt cache keeps what the request writes to it, from its last use on: 1 hour if the request asks for that, else 5 minutes.</summary>
    public TimeSpan CacheLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What a prompt cache still holds of the conversation for this model, as far as the host knows; <see langword="null"/> for nothing.</summary>
    public CachedPrompt? Cached { get; init; }

    /// <summary>Which attempt this is, from 1. Repeats on the same account do not count.</summary>
    public int Attempt { get; init; } = 1;
}
