using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Checks;

public sealed class HealthCheckTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task CheckSucceeds_CooldownEndsAndTheNextRequestConfirmsIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Answer(503).Answer(204).Answer(200, "from a");
        await using var proxy = await StartAsync(upstream);
        (await proxy.PostMessageAsync()).Dispose();

        await AdvanceUntilAsync(() => upstream.Requests.Count == 3);
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
        await AdvanceUntilAsync(() => upstream.Requests.Count == 4);
        await proxy.HoldsAsync(status => StateOfFirst(status) == "half_open");
        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from a", await response.Content.ReadAsStringAsync());
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
        var check = upstream.Requests[2];
        Assert.Equal(("GET", "/healthz?deep=1", "token-a"), (check.Method, check.RawTarget, check.Token));
        Assert.Single(proxy.Logs.Entries, entry => entry.EventId.Name == "HealthCheckPassed");
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(429, "300")]
    public async Task AccountDoesNotCoolDownForAFault_NothingIsAsked(int status, string? retryAfter)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(status, "{}", retryAfter);
        await using var proxy = await StartAsync(upstream);
        (await proxy.PostMessageAsync()).Dispose();

        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.DoesNotContain(upstream.Requests, request => request.Method == "GET");
    }

    [Fact]
    public async Task UpstreamComesBack_AllAccountsBehindItReturnWithTheFirstAnswer()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream);
        await upstream.RefuseAsync();
        using (var response = await proxy.PostMessageAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        await upstream.AcceptAsync();
        await AdvanceUntilAsync(() => upstream.Requests.Count == 1);
        await proxy.HoldsAsync(status => StateOfFirst(status) == "half_open");
        (await proxy.PostMessageAsync()).Dispose();

        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
        Assert.Equal(["GET", "POST"], upstream.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task CheckHangs_CooldownGoesOnAndTheNextCheckIsMade()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(401).Hang().Answer(200);
        await using var proxy = await StartAsync(upstream);
        (await proxy.PostMessageAsync()).Dispose();

        await AdvanceUntilAsync(() => upstream.Requests.Count == 3);
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
        await AdvanceUntilAsync(() => upstream.Requests.Count == 4);

        await proxy.HoldsAsync(status => StateOfFirst(status) == "half_open");
    }

    private Task<ProxyHarness> StartAsync(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        config["cooldown"] = "10m";
        config["servers"]![0]!["health_check"] = new JsonObject { ["path"] = "/healthz?deep=1", ["interval"] = 10 };
        return ProxyHarness.StartAsync(config, _clock);
    }

    private Task AdvanceUntilAsync(Func<bool> fact) => Eventually.HoldsAsync(() =>
    {
        if (!fact())
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        return fact();
    });

    private static string? StateOfFirst(JsonElement status) => status.GetProperty("accounts")[0].GetProperty("state").GetString();
}
