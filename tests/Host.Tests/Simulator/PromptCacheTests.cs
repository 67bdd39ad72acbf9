using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Tests.Simulator;

public sealed class PromptCacheTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_minutes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly PromptCache _cache = new();

    [Fact]
    public void Read_BreakpointsOfBothLives_TheHourIsChargedUpToTheLastThatAsksForIt()
    {
        var prompt = new Prompt("claude-x", 9000, [Block(1, 2000, s_hour), Block(2, 3000, s_minutes), Block(3, 500)]);

        var usage = _cache.Read(prompt, s_now).Usage;

        Assert.Equal(new PromptUsage(Input: 4000, Read: 0, Written5m: 3000, Written1h: 2000), usage);
    }

    [Fact]
    public void Read_ShorterLifeIsOver_TheLongerOneIsStillRead()
    {
        var prompt = new Prompt("claude-x", 5000, [Block(1, 2000, s_hour), Block(2, 3000, s_minutes)]);
        _cache.Write(_cache.Read(prompt, s_now), s_now);

        var usage = _cache.Read(prompt, s_now + s_minutes).Usage;

        Assert.Equal(new PromptUsage(Input: 0, Read: 2000, Written5m: 3000, Written1h: 0), usage);
    }

    [Fact]
    public void Read_SameBlocksInAnotherOrder_AreAnotherPrompt()
    {
        _cache.Write(_cache.Read(new Prompt("claude-x", 4000, [Block(1, 2000), Block(2, 2000, s_minutes)]), s_now), s_now);

        var usage = _cache.Read(new Prompt("claude-x", 4000, [Block(2, 2000), Block(1, 2000, s_minutes)]), s_now).Usage;

        Assert.Equal(0, usage.Read);
    }

    [Fact]
    public void Write_MorePromptsThanItKeeps_ForgetsThoseThatWouldBeLostFirst()
    {
        for (var i = 0; i < 70_000; i++)
        {
            _cache.Write(_cache.Read(Of(i), s_now), s_now + TimeSpan.FromMilliseconds(i));
        }

        Assert.Equal(0, _cache.Read(Of(0), s_now).Usage.Read);
        Assert.Equal(2000, _cache.Read(Of(69_999), s_now).Usage.Read);

        static Prompt Of(int number) => new("claude-x", 2000, [Block(number, 2000, s_minutes)]);
    }

    private static PromptBlock Block(int content, long tokens, TimeSpan? keepFor = null) => new((UInt128)(content + 1), tokens, keepFor);
}
