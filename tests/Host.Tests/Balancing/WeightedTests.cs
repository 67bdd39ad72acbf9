using ClaudeProxy.Abstractions;
using FsCheck;
using FsCheck.Fluent;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

public sealed class WeightedTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private const string Everybody = "ABCDEFGH";

    private static readonly Gen<int[]> s_weights =
        Gen.Choose(2, Everybody.Length).SelectMany(count => Gen.OneOf(Gen.Choose(1, 10), Gen.Choose(1, 100)).ArrayOf(count));

    private readonly ILoadBalancer _balancer = shipped.Create("weighted_round_robin");

    [Fact]
    public void Pick_FiveThreeTwo_IsTheSameInEveryTen() =>
        Assert.Equal(string.Concat(Enumerable.Repeat("ABCAABACBA", 10)), _balancer.Picks(Candidates("ABC", 5, 3, 2), 100));

    [Fact]
    public void Pick_FiftyThirtyTwenty_IsExactInEveryHundred()
    {
        var picks = _balancer.Picks(Candidates("ABC", 50, 30, 20), 100);

        Assert.Equal((50, 30, 20), (picks.Count('A'.Equals), picks.Count('B'.Equals), picks.Count('C'.Equals)));
    }

    [Fact]
    public void Pick_EqualWeights_TakesThemInTheirOrder() => Assert.Equal("ABCABC", _balancer.Picks(Candidates("ABC", 7, 7, 7), 6));

    [Fact]
    public void Pick_AnyWeights_IsExactInEveryRoundAndNeverAWholeTurnAhead() => Prop.ForAll(s_weights.ToArbitrary(), weights =>
    {
        var balancer = shipped.Create("weighted_round_robin");
        var candidates = Candidates(Everybody[..weights.Length], weights);
        var total = weights.Sum();
        var counts = new int[weights.Length];
        for (var turn = 1; turn <= 2 * total; turn++)
        {
            counts[balancer.Pick(candidates)[0] - 'A']++;

            var ahead = counts.Where((count, index) => count * total >= turn * weights[index] + total).Any();
            var inexact = turn % total == 0 && counts.Where((count, index) => count != turn / total * weights[index]).Any();
            if (ahead || inexact)
            {
                return false;
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pick_OneHasLeft_KeepsTheRatioAmongTheOthers()
    {
        _balancer.Picks(Candidates("ABC", 5, 3, 2), 7);

        var picks = _balancer.Picks(Candidates("BC", 3, 2), 50);

        Assert.Equal((30, 20), (picks.Count('B'.Equals), picks.Count('C'.Equals)));
    }

    [Fact]
    public void Pick_HeavyOneHasLeft_NobodyPaysForWhatWasLittleBesideIt()
    {
        _balancer.Picks(Candidates("ABC", 1000, 1, 1), 502); // B has just had its turn in a thousand.

        var picks = _balancer.Picks(Candidates("BC", 1, 1), 10);

        Assert.InRange(picks.Count('B'.Equals), 4, 6);
    }

    [Fact]
    public void Pick_AccountsComeAndGo_SharesOfThosePresentStayWithinThreeTurns()
    {
        var play = from weights in s_weights
                   from absent in Gen.Choose(0, weights.Length - 1)
                   from before in Gen.Choose(0, 300)
                   from meanwhile in Gen.Choose(0, 300)
                   select (weights, absent, before, meanwhile);

        Prop.ForAll(play.ToArbitrary(), game =>
        {
            var balancer = shipped.Create("weighted_round_robin");
            var all = Candidates(Everybody[..game.weights.Length], game.weights);
            Candidate[] others = [.. all.Where((_, index) => index != game.absent)];

            balancer.Picks(all, game.before);
            var without = balancer.Picks(others, game.meanwhile);
            var again = balancer.Picks(all, 100);

            return Within(without, others) && Within(again, all);
        }).QuickCheckThrowOnFailure();

        static bool Within(string picks, Candidate[] candidates) => candidates.All(candidate =>
        {
            var share = (double)picks.Length * candidate.Weight / candidates.Sum(each => each.Weight);
            return Math.Abs(picks.Count(candidate.AccountId[0].Equals) - share) < 3;
        });
    }

    [Fact]
    public void Pick_AccountReturnsAfterLong_GetsNoBurst()
    {
        var all = Candidates("ABC", 2, 1, 1);
        _balancer.Picks(all, 3);
        _balancer.Picks(all[1..], 1000);

        var picks = _balancer.Picks(all, 8);

        Assert.InRange(picks.Count('A'.Equals), 3, 5);
        Assert.DoesNotContain("AAA", picks, StringComparison.Ordinal);
    }

    [Fact]
    public void Pick_WeightsChange_NewWeightsHoldAtOnce()
    {
        _balancer.Picks(Candidates("AB", 1_000_000, 1), 500_002);

        var picks = _balancer.Picks(Candidates("AB", 1, 3), 40);

        Assert.InRange(picks.Count('B'.Equals), 28, 32);
    }

    [Fact]
    public void Pick_TwoAccountsOnOneUpstream_AreTwoAccounts()
    {
        Candidate[] candidates = [new("first-token") { Weight = 1 }, new("second-token") { Weight = 1 }];

        Assert.Equal("first-tokensecond-token", _balancer.Picks(candidates, 2));
    }

    [Fact]
    public void Pick_SixtyFourThreads_GiveEverybodyItsExactShare()
    {
        var counts = _balancer.PicksOfThreads(Candidates("ABC", 5, 3, 2), threads: 64, each: 1000);

        Assert.Equal((32_000, 19_200, 12_800), (counts["A"], counts["B"], counts["C"]));
    }
}
