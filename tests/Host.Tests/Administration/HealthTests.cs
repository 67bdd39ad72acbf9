using System.Globalization;
using System.Text.Json;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Administration;

/// <summary>What monitors see.</summary>
public sealed class HealthTests
{
    private static readonly string[] s_keysOfTheSeed =
        ["available_servers", "cooldown_seconds", "cooling_down", "fallback", "load_balancer", "status", "time", "total_servers"];

    [Fact]
    public async Task Health_FreshProxy_HasTheSeedsKeysInTheirOrderAndType()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a", "b", "c");
        (config["cooldown"], config["algorithm"]) = (90, "weighted_round_robin");
        await using var proxy = await ProxyHarness.StartAsync(config);

        var health = await proxy.HealthAsync();

        Assert.Equal(s_keysOfTheSeed, health.EnumerateObject().Select(property => property.Name).Take(8));
        Assert.Equal(3, health.GetProperty("available_servers").GetInt32());
        Assert.Equal(90, health.GetProperty("cooldown_seconds").GetInt32());
        Assert.Equal(0, health.GetProperty("cooling_down").GetInt32());
        Assert.True(health.GetProperty("fallback").GetBoolean());
        Assert.Equal("weighted_round_robin", health.GetProperty("load_balancer").GetString());
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal(3, health.GetProperty("total_servers").GetInt32());
        var time = DateTimeOffset.Parse(health.GetProperty("time").GetString()!, CultureInfo.InvariantCulture);
        Assert.InRange(time, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    [Fact]
    public async Task Health_AccountsOutForEachReason_CountsThem()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        upstream.On("token-b").Answer(429, retryAfter: "30");
        upstream.On("token-c").Answer(200, "c");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c", "d");

        using var response = await proxy.PostMessageAsync();
        var health = await proxy.HealthAsync();

        Assert.Equal("c", await response.Content.ReadAsStringAsync());
        Assert.Equal(2, health.GetProperty("available_servers").GetInt32());
        Assert.Equal(2, health.GetProperty("cooling_down").GetInt32());
        Assert.Equal(4, health.GetProperty("total_servers").GetInt32());
    }

    [Fact]
    public async Task Health_NobodyAvailable_IsStill200()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(401);
        var config = ProxyHarness.Config(upstream, "a");
        config["fallback"] = false;
        await using var proxy = await ProxyHarness.StartAsync(config);
        using var failed = await proxy.PostMessageAsync();

        var health = await proxy.HealthAsync();

        Assert.Equal(0, health.GetProperty("available_servers").GetInt32());
        Assert.Equal(1, health.GetProperty("cooling_down").GetInt32());
        Assert.False(health.GetProperty("fallback").GetBoolean());
        Assert.Equal("ok", health.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Health_ScriptAsAlgorithm_IsNamedWithoutItsFolder()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var folder = Directory.CreateTempSubdirectory("claude-proxy-test-");
        try
        {
            var script = Path.Combine(folder.FullName, "first.csx");
            await File.WriteAllTextAsync(script, "return Candidates[0];");
            var config = ProxyHarness.Config(upstream, "a");
            config["algorithm"] = script;
            await using var proxy = await ProxyHarness.StartAsync(config);

            var health = await proxy.HealthAsync();

            Assert.Equal("first.csx", health.GetProperty("load_balancer").GetString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/status")]
    public async Task Reports_AreJsonThatNobodyMayKeep(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var get = await proxy.Client.GetAsync(path);
        using var head = await proxy.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal((200, 200), ((int)get.StatusCode, (int)head.StatusCode));
        Assert.Equal("application/json", get.Content.Headers.ContentType!.MediaType);
        Assert.True(get.Headers.CacheControl!.NoStore);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(await get.Content.ReadAsStringAsync()).RootElement.ValueKind);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.True(head.Content.Headers.ContentLength > 0);
    }

    [Theory]
    [InlineData("POST", "/health")]
    [InlineData("DELETE", "/status")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/api/hello")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/health/")]
    [InlineData("POST", "/v1")]
    public async Task AnythingElse_Is404InTheApisShape(string method, string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(404, (int)response.StatusCode);
        Wire.WireHarness.AssertApiError(await response.Content.ReadAsStringAsync(), "not_found_error");
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/hello")]
    public async Task GreetingOfClaudeCode_IsAnsweredHere(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("production")]
    [InlineData("release")]
    [InlineData("anything")]
    public async Task GinMode_AnyValue_IsAccepted(string mode)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a"), environment: new() { ["GIN_MODE"] = mode });

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(200, (int)response.StatusCode);
    }
}
