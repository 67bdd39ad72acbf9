using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>Requests of conversations.</summary>
internal static class Conversations
{
    /// <summary>Different conversations, the same ones each time.</summary>
    public static IReadOnlyList<RequestFacts> Some(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => New((ulong)random.NextInt64(1, long.MaxValue)))];
    }

    /// <summary>The first request of a conversation.</summary>
    public static RequestFacts New(ulong conversation) => ShippedBalancers.Request with { Conversation = conversation };

    /// <summary>A request of a conversation that <paramref name="account"/> has in cache.</summary>
    public static RequestFacts CachedBy(this RequestFacts request, string account, long tokens = 100_000, string? cache = null) =>
        request with { Cached = new CachedPrompt(cache ?? account, account, tokens, DateTimeOffset.MaxValue) };

    /// <summary>A request of a conversation that comes first on <paramref name="account"/>.</summary>
    public static RequestFacts FirstOn(this ILoadBalancer balancer, string account, IReadOnlyList<Candidate> candidates) =>
        Some(1000).First(request => balancer.Pick(request, candidates)!.AccountId == account);

    /// <summary>The name of the account that is picked for <paramref name="request"/>.</summary>
    public static string PickFor(this ILoadBalancer balancer, RequestFacts request, params IReadOnlyList<Candidate> candidates) =>
        balancer.Pick(request, candidates)!.AccountId;
}
