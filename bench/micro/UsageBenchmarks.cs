using BenchmarkDotNet.Attributes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Micro;

/// <summary>What it costs to know of tokens and prompt caches: for each event of a stream, and once for each request.</summary>
public class UsageBenchmarks
{
    private static readonly byte[] s_delta =
        [.. "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello there\"}}\n\n"u8];

    private static readonly byte[] s_end =
        [.. "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":12,\"cache_creation_input_tokens\":530,\"cache_read_input_tokens\":45000,\"output_tokens\":300}}\n\n"u8];

    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TokenUsage s_usage = new(12, 300, 45_000, 530, 0);

    private readonly SseScanner _scanner = new();
    private readonly ConversationMemory _memory = new();
    private readonly Candidate _account = Samples.Candidates(1)[0];

    /// <summary>Sixty thousand conversations are remembered.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (var conversation = 1UL; conversation < 60_000; conversation++)
        {
            _memory.Note(Samples.Request with { Conversation = conversation }, _account, s_usage, s_now);
        }

        _memory.Note(Samples.Request, _account, s_usage, s_now);
    }

    [Benchmark]
    public void EventThatTellsNothing() => _scanner.Feed(s_delta);

    [Benchmark]
    public void EventThatTells() => _scanner.Feed(s_end);

    [Benchmark]
    public CachedPrompt? Find() => _memory.Find(Samples.Request, s_now);

    [Benchmark]
    public void Note() => _memory.Note(Samples.Request, _account, s_usage, s_now);
}
