using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>What answers that break off say of their account.</summary>
public sealed class CutAnswerTests
{
    private static readonly string[] s_half = Sse.Message("Hello")[..^1];

    [Fact]
    public async Task OneAnswerBreaksOff_IsCountedAndTheAccountServesOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(s_half);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        await ReadAsync(proxy);

        await proxy.HoldsAsync(status => status.GetProperty("accounts")[0].GetProperty("failed").GetInt32() == 1);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task TwoInARowBreakOff_AccountRests()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(s_half);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        await ReadAsync(proxy);
        await proxy.HoldsAsync(status => status.GetProperty("accounts")[0].GetProperty("failed").GetInt32() == 1);
        await ReadAsync(proxy);

        await proxy.HoldsAsync(status => status.GetProperty("accounts")[0].GetProperty("state").GetString() == "cooling_down");
        Assert.Equal("the answer broke off", (await proxy.AccountAsync("a")).GetProperty("last_error").GetProperty("text").GetString());
    }

    [Fact]
    public async Task OneInBetweenIsWhole_TheyAreNoRow()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var half = string.Concat(s_half);
        (string, string)[] isStream = [("content-type", "text/event-stream")];
        upstream.On("token-a").Answer(200, half, null, isStream).Then(200, string.Concat(Sse.Message("whole")), null, isStream).Then(200, half, null, isStream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        await ReadAsync(proxy);
        await proxy.HoldsAsync(status => status.GetProperty("accounts")[0].GetProperty("failed").GetInt32() == 1);
        await ReadAsync(proxy);
        await ReadAsync(proxy);

        await proxy.HoldsAsync(status => status.GetProperty("accounts")[0].GetProperty("failed").GetInt32() == 2);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    private static async Task ReadAsync(ProxyHarness proxy)
    {
        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await response.Content.ReadAsStringAsync().InTime();
    }
}
