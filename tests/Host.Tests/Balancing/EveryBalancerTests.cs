using System.Runtime.CompilerServices;
using ClaudeProxy.Abstractions;
using FsCheck;
using FsCheck.Fluent;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

public sealed class EveryBalancerTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    public static TheoryData<string> Names => ["round_robin", "weighted_round_robin", "random", "least_recently_used", "session_affinity"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_AnyCandidates_IsOneOfThem(string name)
    {
        var candidate = from id in Gen.Choose(0, 20)
                        from weight in Gen.Choose(1, 1_000_000)
                        select new Candidate($"account-{id}") { Weight = weight };
        var candidates = candidate.NonEmptyListOf().Select(list => list.DistinctBy(each => each.AccountId).ToArray());

        Prop.ForAll(candidates.NonEmptyListOf().ToArbitrary(), rounds =>
        {
            var balancer = shipped.Create(name);
            return rounds.All(round => round.Contains(balancer.Pick(Request, round)));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_OnceWarm_AllocatesNothing(string name)
    {
        var balancer = shipped.Create(name);
        var all = Candidates("ABCDEFGHIJKLMNOP", 5, 3, 2);
        Candidate[] others = [.. all.Where((_, index) => index != 3)];
        PickFromBoth();

        var before = GC.GetAllocatedBytesForCurrentThread();
        PickFromBoth();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);

        void PickFromBoth()
        {
            for (var i = 0; i < 1000; i++)
            {
                balancer.Pick(Request, all);
                balancer.Pick(Request, i % 3 == 0 ? others : all);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_AccountsComeAndGoForEver_ForgetsThem(string name)
    {
        var balancer = shipped.Create(name);
        var forgotten = PickFromPassers(balancer, 0, 100);

        PickFromPassers(balancer, 100, 5000);
        GC.Collect();

        Assert.All(forgotten, id => Assert.False(id.IsAlive));
    }

    // Not inlined, lest the ids of the passers stay on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> PickFromPassers(ILoadBalancer balancer, int from, int to)
    {
        var ids = new List<WeakReference>();
        for (var i = from; i < to; i++)
        {
            var passer = new Candidate($"passer-{i}");
            balancer.Pick(Request, [new Candidate("stays"), passer]);
            ids.Add(new WeakReference(passer.AccountId));
        }

        return ids;
    }
}
