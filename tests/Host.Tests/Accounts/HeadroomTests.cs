using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;

namespace ClaudeProxy.Tests.Accounts;

public sealed class HeadroomTests
{
    [Fact]
    public void Of_NothingKnown_IsAll() => Assert.Equal(1, Headroom.Of(RateLimits.None));

    [Fact]
    public void Of_SeveralBuckets_IsTheSmallestShare() => Assert.Equal(0.1, Headroom.Of(new RateLimits
    {
        Requests = new RateLimit(50, 40, null),
        InputTokens = new RateLimit(1000, 100, null),
        OutputTokens = new RateLimit(null, 0, null),
    }));

    [Theory]
    [InlineData(0.75, 0.25)]
    [InlineData(1.02, 0)]
    [InlineData(null, 1)]
    public void Of_Window_IsWhatItsUtilizationLeaves(double? utilization, double expected) => Assert.Equal(expected, Headroom.Of(new RateLimits
    {
        UnifiedWindows = [new UnifiedWindow("5h", "allowed", utilization, null)],
    }));
}
