using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>How long <c>session_affinity</c> lets a conversation wait before it is written to another cache.</summary>
public sealed class EconomyTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(100_000, 8, 10)]
    [InlineData(100_000, 4, 9)]
    [InlineData(100_000, 10, 0)]
    [InlineData(100_000, 600, 0)]
    [InlineData(100_000, null, 0)]
    [InlineData(40_000, 3, 4)]
    [InlineData(40_000, 4, 0)]
    [InlineData(1_000, 1, 0)]
    public void PatienceFor_AccountIsBackInTime_WaitsAsLongAsThePrefixIsWorth(long tokens, int? usableInSeconds, double expectedSeconds) =>
        Assert.Equal(expectedSeconds, PatienceFor(Cached(tokens), usableInSeconds));

    [Fact]
    public void PatienceFor_CacheLivesAnHour_IsWorthMore()
    {
        var request = Cached(100_000) with { CacheLifetime = TimeSpan.FromHours(1) };

        Assert.Equal(16.5, PatienceFor(request, 16), precision: 1);
        Assert.Equal(0, PatienceFor(request, 17));
    }

    [Theory]
    [InlineData("0s", 100_000, 1, 0)]
    [InlineData("1m", 50_000, 29, 30)]
    public void PatienceFor_OperatorSaysWhatAWaitIsWorth_Holds(string setting, long tokens, int usableInSeconds, double expectedSeconds) =>
        Assert.Equal(expectedSeconds, PatienceFor(Cached(tokens), usableInSeconds, $$"""{"wait_per_100k_tokens":"{{setting}}"}"""));

    [Fact]
    public void PatienceFor_TokensAreOnlyCounted_DoesNotWait() =>
        Assert.Equal(0, PatienceFor(Cached(100_000) with { Path = "/v1/messages/count_tokens" }, 1));

    [Fact]
    public void PatienceFor_LengthIsUnknown_GoesByTheBody() =>
        Assert.Equal(10, PatienceFor(Cached(0) with { BodyBytes = 400_000 }, 9));

    [Fact]
    public void PatienceFor_ManyMustMove_TheyGoOneAfterTheOther()
    {
        var balancer = Create();

        var delays = Enumerable.Range(0, 20).Select(_ => Seconds(balancer, Cached(150_000), null)).ToList();

        // Three seconds' worth each, after a burst of four, and nobody waits for long.
        Assert.Equal([0, 0], delays[..2]);
        Assert.InRange(delays[2], 1, 2);
        Assert.InRange(delays[3], 2.5, 5);
        Assert.All(delays[5..], delay => Assert.InRange(delay, 5, 10));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, Seconds(balancer, Cached(150_000), null));
    }

    [Fact]
    public void PatienceFor_ThereAreMoreReceivers_MoreMoveAtOnce()
    {
        var balancer = Create();
        balancer.Pick(Cached(1), ShippedBalancers.Candidates("BCDEFGHIJK"));

        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(0, Seconds(balancer, Cached(150_000), null)));
    }

    [Fact]
    public void PatienceFor_OperatorSetsNoLimitForMoves_NobodyIsDelayed()
    {
        var balancer = Create("""{"moved_tokens_per_second":0}""");

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(0, Seconds(balancer, Cached(150_000), null)));
    }

    private static RequestFacts Cached(long tokens) => Conversations.New(1).CachedBy("A", tokens);

    private static double Seconds(ILoadBalancer balancer, RequestFacts request, int? usableInSeconds) =>
        ((IPatientLoadBalancer)balancer).PatienceFor(request, usableInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null).TotalSeconds;

    private double PatienceFor(RequestFacts request, int? usableInSeconds, string settings = "{}") => Seconds(Create(settings), request, usableInSeconds);

    private ILoadBalancer Create(string settings = "{}") => shipped.Create("session_affinity", settings, _clock);
}
