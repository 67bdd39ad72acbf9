using ClaudeProxy.Failover;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Failover;

public sealed class RetryBudgetTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(0, 0, 20, 0)]
    [InlineData(0, 10, 20, 10)]
    [InlineData(100, 0, 20, 20)]
    [InlineData(100, 10, 20, 30)]
    [InlineData(100, 10, 0, 10)]
    [InlineData(3, 0, 100, 3)]
    public void TryTake_SoManyRequests_GivesTheirShareAndTheFloor(int requests, int floor, int share, int expected)
    {
        var budget = new RetryBudget(_clock);
        for (var i = 0; i < requests; i++)
        {
            budget.CountRequest();
        }

        var taken = TakeAll(budget, share, floor);

        Assert.Equal(expected, taken);
    }

    [Fact]
    public void TryTake_AfterTenSeconds_RequestsAndRepetitionsAreForgotten()
    {
        var budget = new RetryBudget(_clock);
        for (var i = 0; i < 50; i++)
        {
            budget.CountRequest();
        }

        Assert.Equal(15, TakeAll(budget, 20, 5));
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, TakeAll(budget, 20, 5));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, TakeAll(budget, 20, 5));
    }

    [Fact]
    public void GiveBack_AttemptThatWasFree_CanBeTakenAgain()
    {
        var budget = new RetryBudget(_clock);
        Assert.True(budget.TryTake(0, 1));
        Assert.False(budget.TryTake(0, 1));

        budget.GiveBack();

        Assert.True(budget.TryTake(0, 1));
    }

    private static int TakeAll(RetryBudget budget, int share, int floor)
    {
        var taken = 0;
        while (budget.TryTake(share, floor))
        {
            taken++;
        }

        return taken;
    }
}
