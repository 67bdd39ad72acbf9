using ClaudeProxy.Abstractions;
using static ClaudeProxy.Tests.Balancing.ShippedBalancers;

namespace ClaudeProxy.Tests.Balancing;

public sealed class RandomTests(ShippedBalancers shipped) : IClassFixture<ShippedBalancers>
{
    [Fact]
    public void Pick_SameSeed_RepeatsTheSequence()
    {
        var first = shipped.Create("random", """{"seed":7}""");
        var second = shipped.Create("random", """{"seed":7}""");
        var other = shipped.Create("random", """{"seed":8}""");

        var picks = first.Picks(Candidates("ABCD"), 100);

        Assert.Equal(picks, second.Picks(Candidates("ABCD"), 100));
        Assert.NotEqual(picks, other.Picks(Candidates("ABCD"), 100));
    }

    [Fact]
    public void Pick_ManyTimes_IsUniformWhateverTheWeights()
    {
        var balancer = shipped.Create("random", """{"seed":1}""");

        var picks = balancer.Picks(Candidates("ABCD", 100, 1, 1, 1), 40_000);

        // Five standard deviations of a fair choice; the seed makes it certain.
        Assert.All("ABCD", name => Assert.InRange(picks.Count(name.Equals), 10_000 - 433, 10_000 + 433));
    }

    [Fact]
    public void Pick_SixtyFourThreads_LoseNoPickAndStayUniform()
    {
        var balancer = shipped.Create("random", """{"seed":1}""");

        var counts = balancer.PicksOfThreads(Candidates("ABCD"), threads: 64, each: 1000);

        Assert.Equal(64_000, counts.Values.Sum());
        Assert.All(counts.Values, count => Assert.InRange(count, 16_000 - 548, 16_000 + 548));
    }

    [Fact]
    public void Create_SeedIsNoNumber_SaysKeyValueAndRule()
    {
        var exception = Assert.Throws<PluginSettingsException>(() => shipped.Create("random", """{"seed":"x"}"""));

        Assert.Equal("config.json: accounts.seed is a text; it must be a whole number from -2147483648 to 2147483647.", exception.Message);
    }

    [Fact]
    public void Create_MisspeltSetting_AsksWhetherSeedWasMeant()
    {
        var exception = Assert.Throws<PluginSettingsException>(() => shipped.Create("random", """{"sead":1}"""));

        Assert.Equal("config.json: accounts.sead is not a setting of the load balancer random. Did you mean seed?", exception.Message);
    }
}
