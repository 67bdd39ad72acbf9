using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Overload is everyone's: it is waited out, and benches nobody.</summary>
public sealed class OverloadTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task OverloadedTwice_SameAccountServesAfterTwoJitteredWaits()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var times = new List<DateTimeOffset>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var status = attempt < 2 ? 529 : 200;
            upstream.On("token-a").Run(context =>
            {
                times.Add(_clock.GetUtcNow());
                context.Response.StatusCode = status;
                return context.Response.WriteAsync("{}");
            });
        }

        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);
        using var response = await PostAsync(proxy);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-a", "token-a", "token-a"], upstream.Attempts);
        var step = TimeSpan.FromMilliseconds(50);
        Assert.InRange(times[1] - times[0], TimeSpan.Zero, TimeSpan.FromSeconds(1) + step);
        Assert.InRange(times[2] - times[1], TimeSpan.Zero, TimeSpan.FromSeconds(2) + step);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Theory]
    [InlineData(529, "overloaded_error")]
    [InlineData(529, "api_error")]
    [InlineData(500, "overloaded_error")]
    [InlineData(503, "overloaded_error")]
    [InlineData(429, "overloaded_error")]
    public async Task OverloadedForLong_NextAccountServesAndNobodyCoolsDown(int status, string type)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(status, type);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await PostAsync(proxy);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-a", "token-a", "token-a", "token-b"], upstream.Attempts);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task OverloadedAsFirstEvent_IsWaitedOutToo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Error()).Events(Sse.Message("served"));
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await PostAsync(proxy, stream: true);

        Assert.Equal(string.Concat(Sse.Message("served")), await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a", "token-a"], upstream.Attempts);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task OneAttemptAllowed_RepeatsInPlaceDoNotCount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error").Error(529, "overloaded_error").Then(200, "served");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["failover"] = new JsonObject { ["attempts"] = 1 };
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);

        using var response = await PostAsync(proxy);

        Assert.Equal("served", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task EverybodyIsOverloaded_ClientIsAskedForPatienceInsteadOfGivingUp()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error");
        upstream.On("token-b").Error(500, "overloaded_error");
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await PostAsync(proxy);

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal((503, "1"), ((int)response.StatusCode, response.Headers.GetValues("retry-after").Single()));
        Assert.Contains("\"type\":\"api_error\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("overloaded_error", body, StringComparison.Ordinal);
        Assert.Equal(6, upstream.Attempts.Count);
    }

    private async Task<HttpResponseMessage> PostAsync(ProxyHarness proxy, bool stream = false)
    {
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: stream));
        await _clock.AdvanceUntilAsync(responding, TimeSpan.FromMilliseconds(50));
        return await responding;
    }
}
