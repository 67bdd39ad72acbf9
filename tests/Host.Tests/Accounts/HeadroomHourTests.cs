using ClaudeProxy.Tests.Balancing;
using Xunit.Abstractions;

namespace ClaudeProxy.Tests.Accounts;

public sealed class HeadroomHourTests(ShippedBalancers shipped, ITestOutputHelper output) : IClassFixture<ShippedBalancers>
{
    private const int LowWater = 10;

    [Fact]
    public async Task AnHourOfBursts_HeadroomIsWatched_TenTimesFewerAnswers429AtTheSameLoad()
    {
        using var plain = new SimulatedHour(shipped.Create("round_robin"), lowWater: 0);
        using var watched = new SimulatedHour(shipped.Create("round_robin"), LowWater);

        await plain.RunAsync();
        await watched.RunAsync();

        output.WriteLine($"plain round robin: {plain.Served} served, {plain.Refused} refused, {plain.RateLimits} answers 429");
        output.WriteLine($"with headroom: {watched.Served} served, {watched.Refused} refused, {watched.RateLimits} answers 429");
        Assert.True(watched.Served >= plain.Served, $"{watched.Served} served, with plain round robin {plain.Served}");
        Assert.True(watched.RateLimits * 10 <= plain.RateLimits, $"{watched.RateLimits} answers 429, with plain round robin {plain.RateLimits}");
    }
}
