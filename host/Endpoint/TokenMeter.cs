using ClaudeProxy.Failover;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Endpoint;

/// <summary>Tells a request what a prompt cache holds for it, and remembers what its answer tells of tokens. Thread-safe.</summary>
internal sealed class TokenMeter(ConversationMemory conversations, TimeProvider timeProvider)
{
    /// <summary>The request, with what is cached of its conversation.</summary>
    public RequestFacts Recall(RequestFacts facts) =>
        IsForMessage(facts) && conversations.Find(facts, timeProvider.GetUtcNow()) is { } cached ? facts with { Cached = cached } : facts;

    /// <summary>An answer is about to be passed on.</summary>
    public void Begin(RequestFacts? facts, FailoverResult result)
    {
        if (facts is not null && Counts(facts, result))
        {
            conversations.Note(facts, result.Lease!.Account, default, timeProvider.GetUtcNow());
        }
    }

    /// <summary>An answer whose tokens count: that of a message, by an account. A count of tokens costs none.</summary>
    private static bool Counts(RequestFacts facts, FailoverResult result) =>
        result is { Answer.Status: 200, Lease: not null } && IsForMessage(facts);

    /// <summary>Whatever the relay puts before the path.</summary>
    private static bool IsForMessage(RequestFacts facts) => facts.Method == "POST" && facts.Path.EndsWith("/v1/messages", StringComparison.Ordinal);
}
