using System.Net;
using System.Text.Json;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>What monitors see.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task AllIsWell_HealthHasTheSeedsEightKeysAndMore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.Client.GetAsync("/health");
        var health = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        string[] keys = [.. health.EnumerateObject().Select(property => property.Name)];
        Assert.Superset(
            new HashSet<string> { "available_servers", "cooldown_seconds", "cooling_down", "fallback", "load_balancer", "status", "time", "total_servers" },
            keys.ToHashSet());
        Assert.Equal((2, 2, 0, 60), (Number(health, "total_servers"), Number(health, "available_servers"), Number(health, "cooling_down"), Number(health, "cooldown_seconds")));
        Assert.Equal(("ok", "round_robin", true), (Text(health, "status"), Text(health, "load_balancer"), health.GetProperty("fallback").GetBoolean()));
        Assert.True(health.GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task AccountsRest_TheyAreNotAvailableAndTheirStateSaysWhy()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error");
        upstream.On("token-b").Error(429, "rate_limit_error", retryAfter: "30");
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b", "c"), clock);
        (await proxy.PostMessageAsync()).Dispose();

        var health = await proxy.HealthAsync();
        var (a, b, c) = (await proxy.AccountAsync("a"), await proxy.AccountAsync("b"), await proxy.AccountAsync("c"));

        Assert.Equal((3, 1, 2), (Number(health, "total_servers"), Number(health, "available_servers"), Number(health, "cooling_down")));
        Assert.Equal(("cooling_down", "500 api_error"), (Text(a, "state"), Text(a, "reason")));
        Assert.Equal(("rate_limited", "429 rate_limit_error"), (Text(b, "state"), Text(b, "reason")));
        Assert.Equal(("usable", null), (Text(c, "state"), Text(c, "reason")));
        Assert.Equal((1, 1, 0), (Number(a, "failed"), Number(b, "failed"), Number(c, "failed")));
        Assert.Equal((0, 0, 1), (Number(a, "served"), Number(b, "served"), Number(c, "served")));
    }

    [Fact]
    public async Task OneIsServing_InFlightSaysSo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "{}").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        Assert.Equal(1, Number(await proxy.AccountAsync("a"), "in_flight"));

        gate.SetResult();
        (await responding).Dispose();
        await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 0);
        Assert.Equal(0, Number(await proxy.AccountAsync("a"), "in_flight"));
    }

    [Fact]
    public async Task SomebodyCanServe_ReadyIs200()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.Client.GetAsync("/ready");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/hello")]
    public async Task ClaudeCodeWarmsUp_IsAnsweredWithoutAnUpstream(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await proxy.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    private static int Number(JsonElement element, string key) => element.GetProperty(key).GetInt32();

    private static string? Text(JsonElement element, string key) => element.GetProperty(key).GetString();
}
