using ClaudeProxy.Usage;

namespace ClaudeProxy.Tests.Usage;

public sealed class TallyTests
{
    [Fact]
    public void Add_FromManyThreads_LosesNothing()
    {
        var tally = new Tally();

        Parallel.For(0, 10_000, i => tally.Add(new TokenUsage(1, 2, 3, 4, 5), i % 10 == 0 ? 7 : null));

        Assert.Equal((10_000, new TokenUsage(10_000, 20_000, 30_000, 40_000, 50_000)), (tally.Answers, tally.Usage));
        Assert.Equal((1000, 7000), (tally.Moves, tally.LostByMoves));
    }

    [Fact]
    public void Of_MoreNamesThanItMayHold_CountsTheRestAsOther()
    {
        var table = new TallyTable(most: 2);

        foreach (var name in (string[])["a", "b", "c", "d", "a", "c"])
        {
            table.Of(name).Add(new TokenUsage(1, 0, 0, 0, 0), null);
        }

        Assert.Equal(
            [("a", 2), ("b", 1), (TallyTable.Other, 3)],
            table.All.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, (int)entry.Value.Answers)));
    }

    [Fact]
    public void Usage_OfAWarmCache_SaysWhatItSaved()
    {
        var usage = new TokenUsage(Input: 1000, Output: 500, CacheRead: 8000, CacheWrite5m: 400, CacheWrite1h: 600);

        Assert.Equal(0.8, usage.HitShare);
        Assert.Equal(7200 - 100 - 600, usage.Saved);
    }

    [Fact]
    public void Usage_Unknown_HasNoHitShare() => Assert.Null(default(TokenUsage).HitShare);
}
