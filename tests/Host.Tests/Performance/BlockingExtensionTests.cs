using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Plugins;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Performance;

/// <summary>What a socket brings is worked on where it was seen, on a machine of one core by one thread for all sockets: code of others that
/// blocks must not run there. Were it to, nothing in here would ever arrive.</summary>
public sealed class BlockingExtensionTests
{
    private static readonly (string, string) s_oneCore = ("DOTNET_PROCESSOR_COUNT", "1");

    [Fact]
    public async Task BalancerThatNeverAnswers_StallsNobodysStream()
    {
        using var plugins = new PluginFolder();
        plugins.Add("BlocksInPick");
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream).Then(200, "{}");
        var config = ProxyHarness.Config(upstream, "a");
        config["plugins"] = new JsonObject { ["folder"] = plugins.Path };
        config["algorithm"] = "blocks_in_pick";
        await using var proxy = await ProgramRun.StartAsync(config, s_oneCore);
        using var events = await PassedEvents.BeginAsync(proxy.Client, stream);

        var requests = Enumerable.Range(0, 8).Select(_ => proxy.Client.SendAsync(ProgramRun.Request(stream: false)).InTime()).ToArray();
        await events.PassAsync(100);

        Assert.All(await Task.WhenAll(requests), response => Assert.True(response.IsSuccessStatusCode));
    }

    [Fact]
    public async Task PolicyThatNeverAnswers_StallsNobodysStream()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream).Then(500, "{}");
        upstream.On("token-b").Answer(200, "{}");
        var policy = Path.Combine(Directory.CreateTempSubdirectory("claude-proxy-test-").FullName, "blocks.csx");
        await File.WriteAllTextAsync(policy, "System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite); return Respond();");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["policy"] = policy;
        await using var proxy = await ProgramRun.StartAsync(config, s_oneCore);
        using var events = await PassedEvents.BeginAsync(proxy.Client, stream);

        var requests = Enumerable.Range(0, 8).Select(_ => proxy.Client.SendAsync(ProgramRun.Request(stream: false)).InTime()).ToArray();
        await events.PassAsync(100);

        Assert.All(await Task.WhenAll(requests), response => Assert.True(response.IsSuccessStatusCode));
    }
}
