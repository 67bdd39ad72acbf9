using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>Short ways to ask a balancer.</summary>
internal static class BalancerExtensions
{
    /// <summary>The name of the next pick.</summary>
    public static string Pick(this ILoadBalancer balancer, IReadOnlyList<Candidate> candidates) =>
        balancer.Pick(ShippedBalancers.Request, candidates)!.AccountId;

    /// <summary>The names of the next picks, in order.</summary>
    public static string Picks(this ILoadBalancer balancer, IReadOnlyList<Candidate> candidates, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => balancer.Pick(candidates)));

    /// <summary>How often each account is picked when many threads begin at once and pick the same number of times.</summary>
    public static IReadOnlyDictionary<string, int> PicksOfThreads(this ILoadBalancer balancer, Candidate[] candidates, int threads, int each)
    {
        using var start = new Barrier(threads);
        var counts = new Dictionary<string, int>();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            var own = candidates.ToDictionary(candidate => candidate.AccountId, _ => 0);
            start.SignalAndWait();
            for (var i = 0; i < each; i++)
            {
                own[balancer.Pick(candidates)]++;
            }

            lock (counts)
            {
                foreach (var (name, count) in own)
                {
                    counts[name] = counts.GetValueOrDefault(name) + count;
                }
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return counts;
    }
}
