using System.Text.Json.Nodes;
using ClaudeProxy.Administration;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Explain;
using ClaudeProxy.Hosting;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Administration;

public sealed class ReadyTests
{
    [Fact]
    public async Task Ready_SomebodyCanServe_Is200()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.Client.GetAsync("/ready");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("{\"status\":\"ready\"}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Ready_EveryoneCoolsDown_IsStill200ForTheyServeAsALastResort()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using var failed = await proxy.PostMessageAsync();

        using var response = await proxy.Client.GetAsync("/ready");

        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Ready_EveryAccountIsEmpty_Is503AndSoAreRequests()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["balance_check"] = new JsonArray("echo", "0");
        await using var proxy = await ProxyHarness.StartAsync(config);
        await Eventually.HoldsAsync(() => proxy.Logs.Entries.Any(entry => entry.EventId.Name == "BalanceUsedUp"));
        while (await proxy.StateOfAsync("a") != "unusable")
        {
        }

        using var ready = await proxy.Client.GetAsync("/ready");
        using var response = await proxy.PostMessageAsync();

        Assert.Equal(503, (int)ready.StatusCode);
        Assert.Equal("{\"status\":\"not_ready\"}", await ready.Content.ReadAsStringAsync());
        Assert.Equal(503, (int)response.StatusCode);
        Wire.WireHarness.AssertApiError(await response.Content.ReadAsStringAsync(), "api_error");
        Assert.Equal(0, (await proxy.HealthAsync()).GetProperty("available_servers").GetInt32());
        Assert.Equal(0, (await proxy.HealthAsync()).GetProperty("cooling_down").GetInt32());
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Ready_Draining_Is503()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using var draining = new Draining();
        var report = new StatusReport(new BodyMemory(1), new ReloadStatus(), new UsageBook(), TimeProvider.System);
        var administration = new AdministrationEndpoint(
            proxy.Proxy.Current, report, draining,
            new AdminEndpoint(proxy.Proxy.Current, new DecisionLog(TimeProvider.System), new AdminKeys(), TimeProvider.System, NullLogger<AdminEndpoint>.Instance));

        var before = await AskAsync(administration);
        draining.Begin();
        var after = await AskAsync(administration);

        Assert.Equal((200, 503), (before, after));
    }

    private static async Task<int> AskAsync(AdministrationEndpoint administration)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path) = ("GET", "/ready");
        await administration.HandleAsync(context, new RequestIds(new Random(1)));
        return context.Response.StatusCode;
    }
}
