using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Tests.Simulator;

public sealed class RateBudgetTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RateBudget _budget = new(requestsPerMinute: 60, inputTokensPerMinute: 6000, outputTokensPerMinute: 600);

    [Fact]
    public void Take_MoreThanIsLeft_SaysWhenThereIsEnoughAndTakesNothing()
    {
        _budget.Take("claude-x", 5000, s_now);

        var refused = _budget.Take("claude-x", 2000, s_now);
        var later = _budget.Take("claude-x", 2000, s_now + TimeSpan.FromSeconds(10));

        Assert.False(refused.IsGranted);
        Assert.Equal("10", refused.RetryAfter);
        Assert.Equal(1000, refused.Input.Remaining);
        Assert.Equal(59, refused.Requests.Remaining);
        Assert.True(later.IsGranted);
    }

    [Fact]
    public void Take_MoreThanAFullBucketHolds_IsServedAndPaidForAfterwards()
    {
        var large = _budget.Take("claude-x", 9000, s_now);
        var next = _budget.Take("claude-x", 100, s_now);

        Assert.True(large.IsGranted);
        Assert.Equal("31", next.RetryAfter);
    }

    [Fact]
    public void Spend_MoreOutputThanThereIs_KeepsTheNextRequestOutUntilItIsMadeUpFor()
    {
        _budget.Take("claude-x", 1, s_now);
        _budget.Spend("claude-x", 700, s_now);

        Assert.False(_budget.Take("claude-x", 1, s_now + TimeSpan.FromSeconds(10)).IsGranted);
        Assert.True(_budget.Take("claude-x", 1, s_now + TimeSpan.FromSeconds(11)).IsGranted);
    }

    [Fact]
    public void Take_AnotherModel_HasABudgetOfItsOwn()
    {
        _budget.Take("claude-x", 6000, s_now);

        Assert.True(_budget.Take("claude-y", 6000, s_now).IsGranted);
    }
}
