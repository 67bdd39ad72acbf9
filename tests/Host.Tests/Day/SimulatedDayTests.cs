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

    [Fact]
    public async Task SessionAffinity_ReadsNearlyAllThatASingleAccountWould_RoundRobinFarLess()
    {
        var hour = await DayProcess.RunAsync("round_robin,session_affinity");

        var ideal = hour["cache hit share", "ideal"];
        Assert.True(hour["cache hit share", "session_affinity"] >= 0.95 * ideal, hour.Output);
        Assert.True(hour["cache hit share", "round_robin"] <= 0.85 * ideal, hour.Output);
        Assert.True(hour["cost", "session_affinity"] <= 1.08 * hour["cost", "ideal"], hour.Output);
        Assert.Equal(hour["requests", "session_affinity"], hour["served", "session_affinity"]);
    }
}
