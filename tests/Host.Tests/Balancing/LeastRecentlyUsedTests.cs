using ClaudeProxy.Abstractions;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

public sealed class LeastRecentlyUsedTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private static readonly DateTimeOffset s_noon = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ILoadBalancer _balancer = shipped.Create("least_recently_used");

    [Fact]
    public void Pick_UsedAtDifferentTimes_TakesTheLongestUnusedFirst() =>
        Assert.Equal("CABCAB", _balancer.Picks([Used("A", 20), Used("B", 10), Used("C", 30)], 6));

    [Fact]
    public void Pick_NeverUsed_ComesBeforeEverybody() => Assert.Equal("BA", _balancer.Picks([Used("A", 500), new Candidate("B")], 2));

    [Fact]
    public void Pick_NobodyUsed_KeepsTheOrderOfTheSource() => Assert.Equal("ABCDABCD", _balancer.Picks(Candidates("ABCD"), 8));

    [Fact]
    public void Pick_SourceSaysThatOthersUsedIt_BelievesTheNewerUse()
    {
        Assert.Equal("ABC", _balancer.Picks(Candidates("ABC"), 3));
        var usedByOthers = new Candidate("A") { LastUsed = DateTimeOffset.MaxValue };

        Assert.Equal("BCBC", _balancer.Picks([usedByOthers, .. Candidates("BC")], 4));
    }

    [Fact]
    public void Pick_SourceKnowsOnlyOlderUses_OwnPicksCount() =>
        Assert.Equal("BABABA", _balancer.Picks([Used("A", 10), Used("B", 20)], 6));

    [Fact]
    public void Pick_EightRequestsAtOnce_SpreadOverEightAccounts()
    {
        var counts = _balancer.PicksOfThreads(Candidates("ABCDEFGH"), threads: 8, each: 1);

        Assert.All("ABCDEFGH", name => Assert.Equal(1, counts[name.ToString()]));
    }

    [Fact]
    public void Pick_SixtyFourThreads_GiveEverybodyTheSame()
    {
        var counts = _balancer.PicksOfThreads(Candidates("ABCD"), threads: 64, each: 1000);

        Assert.All("ABCD", name => Assert.Equal(16_000, counts[name.ToString()]));
    }

    [Fact]
    public void Pick_AccountWasAbsent_IsNextWhenItReturns()
    {
        _balancer.Picks(Candidates("ABC"), 3);
        Assert.Equal("BCBC", _balancer.Picks(Candidates("BC"), 4));

        Assert.Equal("ABC", _balancer.Picks(Candidates("ABC"), 3));
    }

    private static Candidate Used(string name, int minutesAgo) => new(name) { LastUsed = s_noon - TimeSpan.FromMinutes(minutesAgo) };
}
