using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Tests.Usage;

public sealed class ConversationMemoryTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_aMinute = TimeSpan.FromMinutes(1), s_anHour = TimeSpan.FromHours(1);

    private readonly ConversationMemory _memory = new();

    [Fact]
    public void Find_AfterAnAnswerHasBegun_SaysWhereAndUntilWhen()
    {
        _memory.Note(Of(1), new Member("a", "w"), default, s_start);

        Assert.Equal(new CachedPrompt("w", "a", 0, s_start.AddMinutes(5)), _memory.Find(Of(1), s_start));
    }

    [Fact]
    public void Find_UsageLearntLater_SaysHowMuch()
    {
        _memory.Note(Of(1), Some.Candidate("a"), default, s_start);
        _memory.Learn(Of(1), Some.Candidate("a"), new TokenUsage(7, 9, 1000, 200, 30));

        Assert.Equal(1230, _memory.Find(Of(1), s_start)?.Tokens);
    }

    [Fact]
    public void Find_AnotherConversationOrModel_KnowsNothing()
    {
        _memory.Note(Of(1, "claude-opus-5"), Some.Candidate("a"), default, s_start);

        Assert.Null(_memory.Find(Of(2, "claude-opus-5"), s_start));
        Assert.Null(_memory.Find(Of(1, "claude-haiku-5"), s_start));
    }

    [Fact]
    public void Find_ConversationUnknown_KnowsNothing()
    {
        _memory.Note(Of(0), Some.Candidate("a"), default, s_start);

        Assert.Null(_memory.Find(Of(0), s_start));
        Assert.Equal(0, _memory.Count);
    }

    [Fact]
    public void Find_LifetimeOver_KnowsNothing()
    {
        _memory.Note(Of(1), Some.Candidate("a"), default, s_start);
        _memory.Note(Of(2) with { CacheLifetime = s_anHour }, Some.Candidate("a"), default, s_start);

        Assert.Null(_memory.Find(Of(1), s_start.AddMinutes(5)));
        Assert.NotNull(_memory.Find(Of(2), s_start.AddMinutes(59)));
        Assert.Null(_memory.Find(Of(2), s_start.AddMinutes(60)));
    }

    [Fact]
    public void Note_UsedAgain_LivesOnFromThen()
    {
        _memory.Note(Of(1), Some.Candidate("a"), new TokenUsage(1, 1, 0, 500, 0), s_start);
        _memory.Note(Of(1), Some.Candidate("a"), default, s_start.AddMinutes(4));

        Assert.Equal(new CachedPrompt("a", "a", 500, s_start.AddMinutes(9)), _memory.Find(Of(1), s_start.AddMinutes(8)));
    }

    [Fact]
    public void Note_AfterItExpired_BeginsWithNothing()
    {
        _memory.Note(Of(1), Some.Candidate("a"), new TokenUsage(1, 1, 0, 500, 0), s_start);
        _memory.Note(Of(1), Some.Candidate("b"), default, s_start.AddMinutes(6));

        Assert.Equal(new CachedPrompt("b", "b", 0, s_start.AddMinutes(11)), _memory.Find(Of(1), s_start.AddMinutes(6)));
    }

    [Fact]
    public void Note_ServedByAnother_IsWhereTheConversationIsNow()
    {
        _memory.Note(Of(1), Some.Candidate("a"), new TokenUsage(1, 1, 0, 500, 0), s_start);
        _memory.Note(Of(1), Some.Candidate("b"), default, s_start + s_aMinute);
        _memory.Learn(Of(1), Some.Candidate("a"), new TokenUsage(1, 1, 9000, 0, 0));

        Assert.Equal(new CachedPrompt("b", "b", 500, s_start.AddMinutes(6)), _memory.Find(Of(1), s_start + s_aMinute));
    }

    [Fact]
    public void Note_RequestThatCachesNothing_LeavesWhatIsCachedAlone()
    {
        _memory.Note(Of(1), Some.Candidate("a"), new TokenUsage(1, 1, 0, 500, 0), s_start);
        _memory.Note(Of(1), Some.Candidate("b"), new TokenUsage(30, 1, 0, 0, 0), s_start + s_aMinute);

        Assert.Equal(new CachedPrompt("a", "a", 500, s_start.AddMinutes(5)), _memory.Find(Of(1), s_start + s_aMinute));
    }

    [Fact]
    public void Note_ConversationThatCachesNothing_IsFollowedAllTheSame()
    {
        _memory.Note(Of(1), Some.Candidate("a"), new TokenUsage(30, 1, 0, 0, 0), s_start);
        _memory.Note(Of(1), Some.Candidate("b"), new TokenUsage(40, 1, 0, 0, 0), s_start + s_aMinute);

        Assert.Equal("b", _memory.Find(Of(1), s_start + s_aMinute)?.AccountId);
    }

    [Fact]
    public void IsReadBy_WorkspaceKnownSince_IsTheSameCache()
    {
        _memory.Note(Of(1), Some.Candidate("a"), default, s_start);
        var cached = _memory.Find(Of(1), s_start)!;

        Assert.True(cached.IsReadBy(new Member("a", "w")));
        Assert.False(cached.IsReadBy(new Member("b", "w")));
    }

    [Fact]
    public void IsReadBy_AccountsOfOneWorkspace_ShareIt()
    {
        _memory.Note(Of(1), new Member("a", "w"), default, s_start);
        var cached = _memory.Find(Of(1), s_start)!;

        Assert.True(cached.IsReadBy(new Member("b", "w")));
        Assert.False(cached.IsReadBy(new Member("a", "moved")));
    }

    [Fact]
    public void Note_MoreThanItMayHold_ForgetsTheOneNotHeardOfForLongest()
    {
        var memory = new ConversationMemory(most: 3);
        foreach (var conversation in (ulong[])[1, 2, 3, 1, 4])
        {
            memory.Note(Of(conversation), Some.Candidate("a"), new TokenUsage(1, 1, 0, 10 * (long)conversation, 0), s_start);
        }

        Assert.Equal(3, memory.Count);
        Assert.Null(memory.Find(Of(2), s_start));
        Assert.Equal((long?[])[10, 30, 40], [.. ((ulong[])[1, 3, 4]).Select(conversation => memory.Find(Of(conversation), s_start)?.Tokens)]);
    }

    [Fact]
    public void Note_MoreConversationsThanEverLive_StaysBounded()
    {
        for (var conversation = 1UL; conversation <= ConversationMemory.Most + 1000; conversation++)
        {
            _memory.Note(Of(conversation), Some.Candidate("a"), default, s_start);
        }

        Assert.Equal(ConversationMemory.Most, _memory.Count);
        Assert.Null(_memory.Find(Of(1000), s_start));
        Assert.NotNull(_memory.Find(Of(1001), s_start));
    }

    [Fact]
    public async Task Note_FromManyThreads_StaysBounded()
    {
        var memory = new ConversationMemory(most: 100);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 1; i <= 5000; i++)
            {
                memory.Note(Of((ulong)(i * (thread + 1)) % 400), Some.Candidate("a"), default, s_start);
                memory.Find(Of((ulong)i % 400), s_start);
            }
        })));

        Assert.Equal(100, memory.Count);
    }

    private static RequestFacts Of(ulong conversation, string model = "claude-opus-5") => Some.Request(model) with { Conversation = conversation };

    /// <summary>An account of a workspace.</summary>
    private sealed class Member(string id, string workspace) : Candidate(id)
    {
        public override string CacheId => workspace;
    }
}
