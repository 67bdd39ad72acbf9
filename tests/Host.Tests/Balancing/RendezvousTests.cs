using ClaudeProxy.Abstractions;
using FsCheck;
using FsCheck.Fluent;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>Where <c>session_affinity</c> places new conversations.</summary>
public sealed class RendezvousTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private const string Everybody = "ABCDEFGH";

    private readonly ILoadBalancer _balancer = shipped.Create("session_affinity");

    [Fact]
    public void Pick_AnyProcessAndVersion_ChoosesTheSame() =>
        Assert.Equal("ADCCBBBDDBDDCCDC", string.Concat(Enumerable.Range(1, 16).Select(number => _balancer.PickFor(Conversations.New((ulong)number), Candidates("ABCD", 1, 2, 3, 4)))));

    [Fact]
    public void Pick_AnotherInstance_ChoosesTheSame()
    {
        var other = shipped.Create("session_affinity");
        var candidates = Candidates(Everybody, 1, 5, 2);
        other.Picks(Candidates("XYZ"), 100);

        Assert.All(Conversations.Some(500), request => Assert.Equal(_balancer.PickFor(request, candidates), other.PickFor(request, candidates)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public void Pick_AccountLeaves_MovesItsConversationsAndNoOther(int leaver)
    {
        var all = Candidates(Everybody, 1, 2, 3, 4);
        Candidate[] others = [.. all.Where((_, index) => index != leaver)];
        var moved = new List<string>();

        foreach (var request in Conversations.Some(500))
        {
            var (before, after) = (_balancer.PickFor(request, all), _balancer.PickFor(request, others));

            Assert.True(before == after || before == all[leaver].AccountId, $"A conversation moved from {before} to {after}.");
            moved.AddRange(before == after ? [] : [after]);
        }

        // What it leaves behind is spread, and does not go to one neighbour.
        Assert.True(moved.Distinct().Count() >= 5, string.Concat(moved));
    }

    [Fact]
    public void Pick_ManyConversations_SharesFollowTheWeights()
    {
        var picks = string.Concat(Conversations.Some(20_000).Select(request => _balancer.PickFor(request, Candidates("ABC", 50, 30, 20))));

        // Five standard deviations of a fair choice; the seed makes it certain.
        Assert.InRange(picks.Count('A'.Equals), 10_000 - 354, 10_000 + 354);
        Assert.InRange(picks.Count('B'.Equals), 6_000 - 325, 6_000 + 325);
        Assert.InRange(picks.Count('C'.Equals), 4_000 - 283, 4_000 + 283);
    }

    [Fact]
    public void Pick_AnyLoad_IsWithinItsBound()
    {
        var candidate = from weight in Gen.Choose(1, 20)
                        from inFlight in Gen.Choose(0, 50)
                        select (weight, inFlight);
        var situation = from candidates in candidate.NonEmptyListOf()
                        from conversation in Gen.Choose(1, int.MaxValue)
                        select (candidates, conversation);

        Prop.ForAll(situation.ToArbitrary(), each =>
        {
            Candidate[] candidates = [.. each.candidates.Select((one, index) => new Candidate($"account-{index}") { Weight = one.weight, InFlight = one.inFlight })];

            var picked = _balancer.Pick(Conversations.New((ulong)each.conversation), candidates)!;

            var share = (candidates.Sum(one => one.InFlight) + 1.0) * picked.Weight / candidates.Sum(one => one.Weight);
            return picked.InFlight + 1 <= Math.Max(2, Math.Ceiling(1.25 * share));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Pick_FirstIsBusy_SiblingWithTheSameCacheComesNext()
    {
        var request = _balancer.FirstOn("A", Candidates("ABCD"));
        Candidate[] Situation(string sibling) =>
        [
            new Member("A", "shared") { InFlight = 10 }, .. "BCD".Select(name => new Member(name.ToString(), name.ToString() == sibling ? "shared" : $"{name}")),
        ];

        Assert.All((string[])["B", "C", "D"], sibling => Assert.Equal(sibling, _balancer.PickFor(request, Situation(sibling))));
    }

    [Fact]
    public void Pick_ConversationsOfOneAccountAreBusier_NewOnesGoElsewhere()
    {
        var candidates = Candidates("ABCD");
        var request = _balancer.FirstOn("A", candidates);
        for (var i = 0; i < 160; i++)
        {
            _balancer.Pick(request.CachedBy("A"), candidates);
        }

        Assert.NotEqual("A", _balancer.PickFor(request, candidates));
        Assert.Equal("A", _balancer.PickFor(request.CachedBy("A"), candidates));
    }
}
