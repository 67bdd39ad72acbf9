using ClaudeProxy.Chaos;
using ClaudeProxy.Chaos.Faults;

namespace ClaudeProxy.Tests.Chaos;

public sealed class FaultScheduleTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(3);

    [Fact]
    public void All_AnySeed_LeavesOneUpstreamWellAtAnyTimeAndStrikesWithEveryKind()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var schedule = Create(seed);

            for (var moment = TimeSpan.Zero; moment < s_length; moment += TimeSpan.FromMilliseconds(100))
            {
                Assert.Contains(Enumerable.Range(0, ChaosOptions.Upstreams), upstream => schedule.Find(upstream, 0, moment) is null);
            }

            Assert.Equal(Enum.GetValues<FaultKind>().Order(), schedule.All.Select(fault => fault.Kind).Distinct().Order());
        }
    }

    [Fact]
    public void All_SameSeed_IsTheSame()
    {
        Assert.Equal(Create(1).All, Create(1).All);
        Assert.NotEqual(Create(1).All, Create(2).All);
    }

    private static FaultSchedule Create(int seed) =>
        new(seed, ChaosOptions.Upstreams, ChaosOptions.AccountsOfEach, s_length, TimeSpan.FromSeconds(6));
}
