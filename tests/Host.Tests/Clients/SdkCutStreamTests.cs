using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Clients;

/// <summary>A stream that breaks after its first bytes cannot be mended; so the official SDKs must raise an error, and never report success.</summary>
public sealed class SdkCutStreamTests
{
    /// <summary>How much of the message comes before the break.</summary>
    public static TheoryData<string> Beginnings()
    {
        var events = Sse.Message("One ", "two ", "three.");
        var head = string.Concat(events[..4]);
        var delta = events[4];
        return
        [
            head,
            head + "e",
            head + "event: content_block_delta",
            head + "event: content_block_delta\n",
            head + "event: content_block_delta\ndata: ",
            head + delta[..^20],
            head + delta[..^3],
            head + delta[..^2],
            head + delta[..^1],
            head + delta + ": a comm",
            string.Concat(events[..^1]) + events[^1][..^1],
            string.Concat(events[..^1]) + events[^1][..^2],
            string.Concat(events[..^1]) + "event: message_st",
        ];
    }

    [Theory]
    [InlineData("cut; after=3")]
    [InlineData("end_early; after=3")]
    public async Task BrokenOffAfterEvents_CSharpSdkRaises(string fault)
    {
        await using var pool = await SdkPool.StartAsync(FaultText.Parse(fault));

        await AssertCSharpSdkRaisesAsync(pool.Proxy);

        await AssertCutAsync(pool.Proxy);
    }

    [Theory]
    [InlineData("cut; after=3")]
    [InlineData("end_early; after=3")]
    public async Task BrokenOffAfterEvents_NpmSdkRaises(string fault)
    {
        await using var pool = await SdkPool.StartAsync(FaultText.Parse(fault));

        await AssertNpmSdkRaisesAsync(pool.Proxy);

        await AssertCutAsync(pool.Proxy);
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task BrokenOffAnywhere_CSharpSdkRaises(string beginning)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var breaking = BreakOffAsync(upstream, beginning);

        await AssertCSharpSdkRaisesAsync(proxy);

        await breaking;
        await AssertCutAsync(proxy);
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task BrokenOffAnywhere_NpmSdkRaises(string beginning)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var breaking = BreakOffAsync(upstream, beginning);

        await AssertNpmSdkRaisesAsync(proxy);

        await breaking;
        await AssertCutAsync(proxy);
    }

    private static async Task BreakOffAsync(FakeUpstream upstream, string beginning)
    {
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream);
        await stream.Started.InTime();
        await stream.SendAsync(beginning);
        await stream.ResetAsync();
    }

    private static async Task AssertCSharpSdkRaisesAsync(ProxyHarness proxy)
    {
        using var client = SdkPool.CSharpSdk(proxy);
        var ended = false;

        var raised = await Record.ExceptionAsync(async () =>
        {
            await foreach (var item in client.Messages.CreateStreaming(SdkPool.Question()))
            {
                ended |= item.TryPickStop(out _);
            }
        });

        Assert.False(ended, "The SDK reported the end of the message.");
        Assert.Contains("broke off", Assert.IsAssignableFrom<Exception>(raised).ToString());
    }

    private static async Task AssertNpmSdkRaisesAsync(ProxyHarness proxy)
    {
        var seen = await NodeScript.RunAsync("messages.mjs", proxy.Address.ToString(), "any", "stream", "Hi");

        Assert.False(seen.TryGetProperty("stopReason", out _), "The SDK reported the end of the message.");
        Assert.Contains("broke off", seen.GetProperty("message").GetString());
        Assert.Equal(1, seen.GetProperty("requests").GetInt32());
    }

    private static async Task AssertCutAsync(ProxyHarness proxy)
    {
        await Eventually.HoldsAsync(() => proxy.Logs.Of("RequestCut").Count == 1);
        Assert.Empty(proxy.Logs.Of("RequestServed"));
    }
}
