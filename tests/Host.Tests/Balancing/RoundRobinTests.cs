using ClaudeProxy.Abstractions;
using FsCheck;
using FsCheck.Fluent;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

public sealed class RoundRobinTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private const string Everybody = "ABCDEF";

    private readonly ILoadBalancer _balancer = shipped.Create("round_robin");

    [Fact]
    public void Pick_SameCandidates_TakesThemInTheirOrder() =>
        Assert.Equal("ABCDABCDA", _balancer.Picks(Candidates("ABCD"), 9));

    [Fact]
    public void Pick_LastPickHasLeft_TakesItsSuccessorNotTheOneAfter()
    {
        Assert.Equal("A", _balancer.Pick(Candidates("ABC")));

        Assert.Equal("BCBC", _balancer.Picks(Candidates("BC"), 4));
    }

    [Fact]
    public void Pick_AccountReturns_TakesItsOldPlace()
    {
        _balancer.Picks(Candidates("ABCD"), 4);
        Assert.Equal("ACDAC", _balancer.Picks(Candidates("ACD"), 5));

        Assert.Equal("DABC", _balancer.Picks(Candidates("ABCD"), 4));
    }

    [Fact]
    public void Pick_LastPickLeavesAsItsSuccessorReturns_TakesTheSuccessor()
    {
        _balancer.Picks(Candidates("ABCD"), 4);
        Assert.Equal("A", _balancer.Pick(Candidates("ACD")));

        Assert.Equal("B", _balancer.Pick(Candidates("BCD")));
    }

    [Fact]
    public void Pick_NewAccounts_JoinWhereTheConfigurationHasThem()
    {
        Assert.Equal("BD", _balancer.Picks(Candidates("BD"), 2));

        Assert.Equal("ABCDE", _balancer.Picks(Candidates("ABCDE"), 6)[1..]);
    }

    [Fact]
    public void Pick_ConfigurationTurnsTheOrderRound_FollowsIt()
    {
        Assert.Equal("AB", _balancer.Picks(Candidates("ABCD"), 2));

        Assert.Equal("ADCB", _balancer.Picks(Candidates("DCBA"), 4));
    }

    [Fact]
    public void Pick_AccountsComeAndGo_NextIsAlwaysTheFirstPresentBehindTheLast()
    {
        var present = Gen.Choose(1, (1 << Everybody.Length) - 1).Select(bits => string.Concat(Everybody.Where((_, index) => (bits >> index & 1) == 1)));

        Prop.ForAll(present.NonEmptyListOf().ToArbitrary(), rounds =>
        {
            var balancer = shipped.Create("round_robin");
            balancer.Picks(Candidates(Everybody), Everybody.Length);
            var last = Everybody[^1];
            foreach (var round in rounds)
            {
                var turn = (Everybody + Everybody)[(Everybody.IndexOf(last, StringComparison.Ordinal) + 1)..];
                var expected = turn.First(round.Contains);

                last = balancer.Pick(Candidates(round))[0];

                if (last != expected)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Pick_SixtyFourThreads_GiveEverybodyTheSame()
    {
        var counts = _balancer.PicksOfThreads(Candidates("ABCD"), threads: 64, each: 1000);

        Assert.All("ABCD", name => Assert.Equal(16_000, counts[name.ToString()]));
    }
}
