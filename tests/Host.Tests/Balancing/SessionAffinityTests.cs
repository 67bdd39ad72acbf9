using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>Where <c>session_affinity</c> sends conversations that are in a cache, and sub-agents.</summary>
public sealed class SessionAffinityTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private static readonly IReadOnlyList<RequestFacts> s_conversations = Conversations.Some(40);

    private readonly ILoadBalancer _balancer = shipped.Create("session_affinity");

    [Fact]
    public void Pick_Cached_StaysWhereItIs() =>
        Assert.All(s_conversations, request => Assert.Equal("C", _balancer.PickFor(request.CachedBy("C"), Candidates("ABCD"))));

    [Fact]
    public void Pick_CacheHasExpired_IsPlacedAnew()
    {
        var cached = new CachedPrompt("C", "C", 100_000, DateTimeOffset.UnixEpoch);

        Assert.All(s_conversations, request => Assert.Equal(
            _balancer.PickFor(request, Candidates("ABCD")), _balancer.PickFor(request with { Cached = cached }, Candidates("ABCD"))));
    }

    [Theory]
    [InlineData(28_000, "A")]
    [InlineData(100_000, "A")]
    [InlineData(27_999, "BCD")]
    [InlineData(1_000, "BCD")]
    public void Pick_AccountHasSevenRequestsTooMany_OnlyShortPrefixesLeave(long tokens, string expected)
    {
        Candidate[] candidates = [new("A") { InFlight = 10 }, .. Candidates("BCD")];

        Assert.All(s_conversations, request => Assert.Contains(_balancer.PickFor(request.CachedBy("A", tokens), candidates), expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Pick_LengthIsUnknown_IsGuessedFromTheBody()
    {
        Candidate[] candidates = [new("A") { InFlight = 10 }, .. Candidates("BCD")];
        var request = s_conversations[0].CachedBy("A", tokens: 0);

        Assert.Equal("A", _balancer.PickFor(request with { BodyBytes = 200_000 }, candidates));
        Assert.NotEqual("A", _balancer.PickFor(request with { BodyBytes = 20_000 }, candidates));
    }

    [Theory]
    [InlineData(2, 0, "A")]
    [InlineData(3, 0, "B")]
    [InlineData(3, 1, "A")]
    [InlineData(9, 6, "B")]
    public void Pick_AccountHasMoreToDoThanItsSibling_SiblingTakesOverIfItIsClearlyMore(int inFlight, int ofSibling, string expected)
    {
        Candidate[] candidates = [new Member("A", "shared") { InFlight = inFlight }, new Member("B", "shared") { InFlight = ofSibling }, new Candidate("C")];

        Assert.Equal(expected, _balancer.PickFor(s_conversations[0].CachedBy("A", cache: "shared"), candidates));
    }

    [Fact]
    public void Pick_AccountIsAway_SiblingsServeIt()
    {
        Candidate[] candidates = [new Candidate("C"), new Member("B", "shared"), new Candidate("D")];

        Assert.All(s_conversations, request => Assert.Equal("B", _balancer.PickFor(request.CachedBy("A", cache: "shared"), candidates)));
    }

    [Fact]
    public void Pick_CacheIsAway_ConversationsScatterAndEachStaysWhereItWent()
    {
        var moved = s_conversations.Select(request => (Request: request, To: _balancer.PickFor(request.CachedBy("A", tokens: 1000), Candidates("BCD")))).ToList();

        Assert.All("BCD", name => Assert.InRange(moved.Count(each => each.To == name.ToString()), 5, 25));
        Assert.All(moved, each => Assert.Equal(each.To, _balancer.PickFor(each.Request.CachedBy(each.To), Candidates("ABCD"))));
    }

    [Fact]
    public void Pick_ManyTokensAreMovedAtOnce_NoAccountTakesThemAll()
    {
        var clock = new ManualTimeProvider();
        var balancer = shipped.Create("session_affinity", timeProvider: clock);
        var request = balancer.FirstOn("B", Candidates("BCD")).CachedBy("A", tokens: 150_000);

        var picks = string.Concat(Enumerable.Range(0, 4).Select(_ => balancer.PickFor(request, Candidates("BCD"))));

        Assert.StartsWith("BB", picks, StringComparison.Ordinal);
        Assert.DoesNotContain("B", picks[2..], StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("B", balancer.PickFor(request, Candidates("BCD")));
    }

    [Fact]
    public void Pick_SubAgentsStartTogether_SpreadOverAllAccounts()
    {
        var agents = s_conversations.Select(request => request with { AgentId = "agent" });

        var picks = string.Concat(agents.Select(request => _balancer.PickFor(request, Candidates("ABCD"))));

        Assert.All("ABCD", name => Assert.Equal(10, picks.Count(name.Equals)));
    }

    [Fact]
    public void Pick_NewSubAgent_GoesWhereLeastIsInFlightForItsWeight()
    {
        Candidate[] candidates = [new("A") { InFlight = 3, Weight = 4 }, new("B") { InFlight = 1 }, new("C") { InFlight = 2 }];

        Assert.Equal("A", _balancer.PickFor(s_conversations[0] with { AgentId = "agent" }, candidates));
    }

    [Fact]
    public void Pick_SubAgentIsCached_StaysWhereItIs() =>
        Assert.Equal("B", _balancer.PickFor((s_conversations[0] with { AgentId = "agent" }).CachedBy("B"), new Candidate("A"), new Candidate("B") { InFlight = 2 }));

    [Fact]
    public void Pick_NothingTellsTheConversation_TakesTheLeastLoaded() =>
        Assert.Equal("B", _balancer.PickFor(Request, new Candidate("A") { InFlight = 1 }, new Candidate("B"), new Candidate("C") { InFlight = 1 }));

    [Fact]
    public void Pick_SixtyFourThreads_SpreadEvenly()
    {
        var counts = _balancer.PicksOfThreads(Candidates("ABCD"), threads: 64, each: 1000);

        Assert.Equal(64_000, counts.Values.Sum());
        Assert.All(counts.Values, count => Assert.InRange(count, 14_000, 18_000));
    }

    [Theory]
    [InlineData("""{"wait_per_100k_tokens":"1h"}""", "wait_per_100k_tokens is a text; it must be a duration from 0s to 5m, such as 30, \"30s\", \"5m\" or \"1h\".")]
    [InlineData("""{"move_below_tokens":-1}""", "move_below_tokens is -1; it must be a whole number from 0 to 1000000.")]
    [InlineData("""{"moved_tokens_per_second":0.5}""", "moved_tokens_per_second is 0.5; it must be a whole number from 0 to 100000000.")]
    [InlineData("""{"wait_per_100k_token":1}""", "wait_per_100k_token is not a setting of the load balancer session_affinity. Did you mean wait_per_100k_tokens?")]
    public void Create_WrongSetting_SaysKeyAndRule(string settings, string expected)
    {
        var exception = Assert.Throws<PluginSettingsException>(() => shipped.Create("session_affinity", settings));

        Assert.Equal($"config.json: accounts.{expected}", exception.Message);
    }
}
