using ClaudeProxy.Explain;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Telemetry;

/// <summary>What happened to one request, for its log line. For one request's thread only.</summary>
internal sealed class RequestTrace(string requestId)
{
    /// <summary>The request's id.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>What is known of the request, or <see langword="null"/> if it was refused before.</summary>
    public RequestFacts? Facts { get; set; }

    /// <summary>What is decided about it, step by step; <see langword="null"/> if it was refused before.</summary>
    public DecisionRecord? Decisions { get; set; }

    /// <summary>The account that served it, or tried last; <see langword="null"/> before the first attempt.</summary>
    public string? AccountId { get; set; }

    /// <summary>Attempts made, repeats included.</summary>
    public int Attempts { get; set; }

    /// <summary>From receiving the request to knowing the answer, or <see langword="null"/> if none came.</summary>
    public TimeSpan? FirstByte { get; set; }

    /// <summary>Why the client got an error of our own, or <see langword="null"/>.</summary>
    public string? Error { get; set; }

    /// <summary>Whether the response has been opened as a stream, and nothing of an answer sent on it.</summary>
    public bool IsHeldOpen { get; set; }

    /// <summary>The tokens that the answer told of, as far as it came; nothing if it was not for a message.</summary>
    public TokenUsage Usage { get; set; }

    /// <summary>How the answer ended.</summary>
    public Ending Ending { get; set; }
}
