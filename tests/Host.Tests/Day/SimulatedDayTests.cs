namespace ClaudeProxy.Tests.Day;

/// <summary>What balancers make of the prompt caches in an hour of work, with two outages.</summary>
public sealed class SimulatedDayTests
{
    [Fact]
    public async Task SameSeed_IsTheSameHourAgain()
    {
        var once = await DayProcess.RunAsync("round_robin");
        var again = await DayProcess.RunAsync("round_robin");

        Assert.Equal(once.Output, again.Output);
        Assert.True(once["requests", "round_robin"] > 300, once.Output);
        Assert.Equal(once["requests", "round_robin"], once["served", "round_robin"]);
    }
}
