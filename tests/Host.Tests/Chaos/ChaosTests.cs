using ClaudeProxy.Chaos;
using ClaudeProxy.Chaos.Clients;
using ClaudeProxy.Chaos.Proxies;
using ClaudeProxy.Tests.EndToEnd;

namespace ClaudeProxy.Tests.Chaos;

/// <summary>The chaos run of <c>bench/chaos</c>, small: upstreams with faults that come and go, and clients that check every byte.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task FaultsComeAndGo_NoClientFailsWhileAnAccountIsUsable_NoStreamIsDamaged()
    {
        var options = new ChaosOptions { Requests = 2000, Clients = 16, Limit = TimeSpan.FromSeconds(14), Round = TimeSpan.FromSeconds(1.5) };

        var result = await ChaosRun.RunAsync(
            options,
            async upstreams => new RunningProxy(await ProxyHarness.StartAsync(ClaudeProxyConfig.Create(upstreams, options.Attempts))),
            tellsStatus: true,
            TimeProvider.System);

        var tally = result.Tally;
        var told = string.Join('\n', tally.Reasons.Concat(result.BenchedWithoutFault!));
        Assert.True(tally.Total > 200, $"Only {tally.Total} requests were done.");
        Assert.True((tally[Verdict.Corrupted], tally[Verdict.Truncated], tally[Verdict.Doubled]) == (0, 0, 0), told);
        Assert.True((tally[Verdict.FailedBefore], tally[Verdict.Empty]) == (0, 0), told);
        Assert.True(result.BenchedWithoutFault!.Count == 0, told);
    }

    private sealed class RunningProxy(ProxyHarness harness) : IProxy
    {
        public string Name => "claude-proxy";

        public Uri Address => harness.Address;

        public ValueTask DisposeAsync() => harness.DisposeAsync();
    }
}
