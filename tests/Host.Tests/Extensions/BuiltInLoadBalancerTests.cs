using ClaudeProxy.Abstractions;
using ClaudeProxy.Extensions;

namespace ClaudeProxy.Tests.Extensions;

public sealed class BuiltInLoadBalancerTests
{
    private static readonly RequestFacts s_request = new() { RequestId = "r", Method = "POST", Path = "/v1/messages" };

    [Theory]
    [InlineData(0, 1, 0, 1, "a")]
    [InlineData(2, 1, 1, 1, "b")]
    [InlineData(4, 5, 1, 1, "a")]
    [InlineData(0, 1, 0, 2, "b")]
    [InlineData(3, 2, 1, 1, "a")]
    public void Pick_TwoCandidates_TakesTheFewestInFlightForItsWeight(
        int inFlightA, int weightA, int inFlightB, int weightB, string expected)
    {
        Candidate[] candidates = [new("a") { InFlight = inFlightA, Weight = weightA }, new("b") { InFlight = inFlightB, Weight = weightB }];

        Assert.Equal(expected, BuiltInLoadBalancer.Instance.Pick(s_request, candidates)!.AccountId);
    }

    /// <summary>A balancer that fails once must not cost every conversation its cache.</summary>
    [Theory]
    [InlineData("b", "b")]
    [InlineData("c", "c")]
    [InlineData("gone", "a")]
    public void Pick_ConversationIsCached_TakesWhoReadsTheCache(string cacheId, string expected)
    {
        Candidate[] candidates = [new("a"), new("b") { InFlight = 3 }, new("c") { InFlight = 2 }];
        var request = s_request with { Cached = new CachedPrompt(cacheId, cacheId, 1000, DateTimeOffset.MaxValue) };

        Assert.Equal(expected, BuiltInLoadBalancer.Instance.Pick(request, candidates)!.AccountId);
    }
}
