namespace ClaudeProxy.Tests.Support;

public sealed class EventuallyTests
{
    [Fact]
    public async Task InTime_TaskFails_GivesItsException() =>
        await Assert.ThrowsAsync<TimeoutException>(() => Task.FromException(new TimeoutException("its own")).InTime());

    [Fact]
    public async Task HoldsAsync_FactComesTrue_Ends()
    {
        var asked = 0;

        await Eventually.HoldsAsync(() => ++asked == 3);

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task AdvanceUntil_SomebodyWaits_MovesTheClockNoFurtherThanNeeded()
    {
        var clock = new ManualTimeProvider();
        var started = clock.GetUtcNow();

        await clock.AdvanceUntilAsync(WaitTwiceAsync(clock), TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(5), clock.GetUtcNow() - started);
        Assert.Equal(0, clock.PendingTimers);
    }

    private static async Task WaitTwiceAsync(TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), clock);
        await Task.Delay(TimeSpan.FromSeconds(3), clock);
    }
}
