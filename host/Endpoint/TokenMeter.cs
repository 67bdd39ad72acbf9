using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Telemetry;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Endpoint;

/// <summary>Tells a request what a prompt cache holds for it, and counts the tokens that its answer tells of. Thread-safe.</summary>
internal sealed class TokenMeter(UsageBook book, TimeProvider timeProvider)
{
    /// <summary>The request, with what is cached of its conversation.</summary>
    public RequestFacts Recall(RequestFacts facts) =>
        IsForMessage(facts) && book.Conversations.Find(facts, timeProvider.GetUtcNow()) is { } cached ? facts with { Cached = cached } : facts;

    /// <summary>An answer is about to be passed on: there is a cache entry from now on, and its tokens are read as they pass.</summary>
    public void Begin(RequestTrace trace, FailoverResult result)
    {
        if (!Counts(trace, result))
        {
            return;
        }

        var answer = result.Answer!;
        if (answer.Events is null)
        {
            answer.Tokens = MessageTokens.TryCreate(answer.Head);
            answer.Tokens?.Feed(answer.AlreadyRead);
        }

        book.Conversations.Note(trace.Facts!, result.Lease!.Account, UsageOf(answer), timeProvider.GetUtcNow());
    }

    /// <summary>The answer has ended, in whatever way: what it told until then counts.</summary>
    public void End(RequestTrace trace, FailoverResult result)
    {
        if (!Counts(trace, result))
        {
            return;
        }

        var (facts, account, usage) = (trace.Facts!, result.Lease!.Account, UsageOf(result.Answer!));
        trace.Usage = usage;
        book.Conversations.Learn(facts, account, usage);
        book.Add(facts, account.Record.Tokens, usage, LostByMove(facts.Cached, account, usage));
    }

    /// <summary>Whether it is an account's answer to a request for a message. Counting tokens costs none.</summary>
    private static bool Counts(RequestTrace trace, FailoverResult result) =>
        result is { Answer: { Status: 200, Events: not { BeganWithError: true } }, Lease: not null } && trace.Facts is { } facts && IsForMessage(facts);

    /// <summary>Whatever a relay has before the path.</summary>
    private static bool IsForMessage(RequestFacts facts) => facts.Method == "POST" && facts.Path.EndsWith("/v1/messages", StringComparison.Ordinal);

    private static TokenUsage UsageOf(UpstreamAnswer answer) => answer.Events?.Usage ?? answer.Tokens?.Usage ?? default;

    /// <summary>Tokens that were in another cache and had to be written again; <see langword="null"/> if the conversation did not move.</summary>
    private static long? LostByMove(CachedPrompt? cached, Candidate account, in TokenUsage usage) =>
        cached is null || cached.IsReadBy(account) || usage.IsBeside(cached.Tokens) ? null : Math.Min(usage.CacheWrite, cached.Tokens);
}
