using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Failover;

/// <summary>A stream whose upstream stays silent gets company on another account.</summary>
public sealed class HedgeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task UpstreamIsSilent_AnotherAccountServesAfter45SecondsAndNobodyIsBlamed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var silent = new FakeStream();
        upstream.On("token-a").Stream(silent);
        upstream.On("token-b").Events(Sse.Message("from b"));
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        var began = _clock.GetUtcNow();
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(1);
        await _clock.AdvanceUntilAsync(responding, s_second);
        using var response = await responding;
        var reading = response.Content.ReadAsStringAsync();
        await _clock.AdvanceUntilAsync(reading, s_second);

        Assert.EndsWith(string.Concat(Sse.Message("from b")), await reading, StringComparison.Ordinal);
        Assert.True(_clock.GetUtcNow() - began >= TimeSpan.FromSeconds(45));
        await silent.ClientLeft.InTime();
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        Assert.Equal(("usable", "usable"), (await proxy.StateOfAsync("a"), await proxy.StateOfAsync("b")));
        Assert.Equal(0, (await proxy.AccountAsync("a")).GetProperty("failed").GetInt32());
        await proxy.HoldsAsync(status => status.GetProperty("accounts").EnumerateArray().All(account => account.GetProperty("in_flight").GetInt32() == 0));
    }

    [Fact]
    public async Task FirstUpstreamSpeaksAfterAll_ItServesAndTheOtherOneIsLeft()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var (first, second) = (new FakeStream(), new FakeStream());
        upstream.On("token-a").Stream(first);
        upstream.On("token-b").Stream(second);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(1);
        await _clock.AdvanceUntilAsync(second.Started, s_second);

        await first.SendAsync(string.Concat(Sse.Message("from a")));
        first.End();

        using var response = await responding;
        Assert.EndsWith(string.Concat(Sse.Message("from a")), await response.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
        await second.ClientLeft.InTime();
        Assert.Equal(0, (await proxy.AccountAsync("b")).GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task CompanyFails_FirstOneIsStillWaitedForAndOnlyTheOtherBlamed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var first = new FakeStream();
        upstream.On("token-a").Stream(first);
        upstream.On("token-b").Error(500, "api_error");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(1);
        await _clock.AdvanceUntilAsync(upstream.ReceivedAsync(2), s_second);
        await proxy.HoldsAsync(status => status.GetProperty("accounts")[1].GetProperty("state").GetString() == "cooling_down");

        await first.SendAsync(string.Concat(Sse.Message("from a")));
        first.End();

        using var response = await responding;
        Assert.EndsWith(string.Concat(Sse.Message("from a")), await response.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task SilentOneFailsInTheEnd_ItsCompanyServes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var (first, second) = (new FakeStream(), new FakeStream());
        upstream.On("token-a").Stream(first);
        upstream.On("token-b").Stream(second);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(1);
        await _clock.AdvanceUntilAsync(second.Started, s_second);

        await first.ResetAsync();
        await proxy.HoldsAsync(status => status.GetProperty("accounts")[0].GetProperty("state").GetString() == "cooling_down");
        await second.SendAsync(string.Concat(Sse.Message("from b")));
        second.End();

        using var response = await responding;
        Assert.EndsWith(string.Concat(Sse.Message("from b")), await response.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyElseIsUsable_SilentOneIsWaitedFor()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var silent = new FakeStream();
        upstream.On("token-a").Error(500, "api_error");
        upstream.On("token-b").Stream(silent);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback"), _clock);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await upstream.ReceivedAsync(2);

        await _clock.AdvanceUntilAsync(Task.Delay(TimeSpan.FromSeconds(55), _clock), s_second);
        await silent.SendAsync(string.Concat(Sse.Message("from b")));
        silent.End();

        using var response = await responding;
        Assert.EndsWith(string.Concat(Sse.Message("from b")), await response.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
        Assert.Equal(2, upstream.Requests.Count);
        Assert.Empty(proxy.Logs.Of("Hedging"));
    }

    [Fact]
    public async Task RequestWithoutStream_NeverGetsCompany()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "from a").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        await _clock.AdvanceUntilAsync(Task.Delay(TimeSpan.FromSeconds(120), _clock), s_second);
        gate.SetResult();

        using var response = await responding;
        Assert.Equal("from a", await response.Content.ReadAsStringAsync());
        Assert.Single(upstream.Requests);
    }
}
