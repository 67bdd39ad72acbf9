using System.Globalization;
using System.Text.Json;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

/// <summary>When a rest ends, to the millisecond, and who may try the account then. Account a comes first, b only without it.</summary>
public sealed class CooldownEndTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task CooldownOver_AccountIsTriedInThatMillisecondAndNotBefore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Then(200, "recovered");
        await using var proxy = await StartAsync(upstream);
        Assert.Equal("b", await proxy.ServedByAsync());

        _clock.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal("b", await proxy.ServedByAsync());
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("half_open", await proxy.StateOfAsync("a"));
        Assert.Equal("recovered", await proxy.ServedByAsync());
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Theory]
    [InlineData("7", 7_000)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", 90_000)]
    public async Task RetryAfterOver_AccountIsTriedInThatMillisecondAndNotBefore(string retryAfter, int milliseconds)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(429, retryAfter: retryAfter).Then(200, "recovered");
        await using var proxy = await StartAsync(upstream);
        Assert.Equal("b", await proxy.ServedByAsync());

        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal("rate_limited", await proxy.StateOfAsync("a"));
        Assert.Equal("b", await proxy.ServedByAsync());
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("recovered", await proxy.ServedByAsync());
    }

    [Fact]
    public async Task HalfOpen_LetsOneRequestThroughAndAllAfterItsSuccess()
    {
        var gate = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Then(200, "recovered").After(gate.Task);
        await using var proxy = await StartAsync(upstream);
        await proxy.ServedByAsync();
        _clock.Advance(TimeSpan.FromSeconds(60));

        var probe = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(3);
        var others = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => proxy.ServedByAsync()));
        gate.SetResult();
        using var response = await probe;

        Assert.All(others, served => Assert.Equal("b", served));
        Assert.Equal("recovered", await response.Content.ReadAsStringAsync());
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => proxy.ServedByAsync())), served => Assert.Equal("recovered", served));
    }

    [Fact]
    public async Task ProbeFails_RestsTwiceAsLongAndIsProbedOnceMore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Then(503).Then(200, "recovered");
        await using var proxy = await StartAsync(upstream);
        await proxy.ServedByAsync();
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("b", await proxy.ServedByAsync());

        _clock.Advance(TimeSpan.FromMilliseconds(119_999));
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("recovered", await proxy.ServedByAsync());
    }

    [Fact]
    public async Task ProbingClientLeaves_NextRequestMayProbe()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Hang().Then(200, "recovered");
        await using var proxy = await StartAsync(upstream);
        await proxy.ServedByAsync();
        _clock.Advance(TimeSpan.FromSeconds(60));
        using var leaving = new CancellationTokenSource();
        var probe = proxy.Client.PostAsync("/v1/messages", new StringContent(Some.MessageBody()), leaving.Token);
        var arrived = await upstream.ReceivedAsync(3);
        Assert.Equal("b", await proxy.ServedByAsync());

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
        await arrived.ClientLeft.InTime();
        await Eventually.HoldsAsync(() => proxy.AccountAsync("a").Result.GetProperty("in_flight").GetInt32() == 0);

        Assert.Equal("half_open", await proxy.StateOfAsync("a"));
        Assert.Equal("recovered", await proxy.ServedByAsync());
    }

    [Fact]
    public async Task RequestsInFlightFailTogether_CountAsOneFailure()
    {
        var gate = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).After(gate.Task);
        await using var proxy = await StartAsync(upstream);
        var requests = Enumerable.Range(0, 16).Select(_ => proxy.ServedByAsync()).ToArray();
        await upstream.ReceivedAsync(16);

        gate.SetResult();

        Assert.All(await Task.WhenAll(requests), served => Assert.Equal("b", served));
        var rest = Assert.Single(proxy.Logs.Of("CoolingDown"));
        Assert.Equal(60.0, rest.Value("CooldownSeconds"));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(60), (await proxy.AccountAsync("a")).GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task EverybodyRests_ClientIsToldWhenTheFirstIsBack()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "25");
        upstream.On("token-b").Error(429, "rate_limit_error", retryAfter: "40");
        await using var proxy = await StartAsync(upstream);
        (await proxy.PostMessageAsync()).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(10));

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(429, (int)response.StatusCode);
        var wait = int.Parse(Assert.Single(response.Headers.GetValues("retry-after")), CultureInfo.InvariantCulture);
        Assert.Equal(25, wait);
        Assert.Equal("rate_limit_error", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("type").GetString());
    }

    private Task<ProxyHarness> StartAsync(FakeUpstream upstream) =>
        ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback"), _clock);
}
