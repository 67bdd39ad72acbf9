using System.Net;
using System.Text.Json;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Support.RelayAccounts;

namespace ClaudeProxy.Tests.EndToEnd;

public sealed class RelayModeTests
{
    public static TheoryData<string, string> Credentials => new()
    {
        { "x-api-key", "authenticator KEY" },
        { "x-api-key", "KEY" },
        { "authorization", "Bearer KEY" },
        { "authorization", "Bearer authenticator KEY" },
        { "authorization", "authenticator KEY" },
        { "x-goog-api-key", "KEY" },
        { "api-key", "KEY" },
        { "?key", "KEY" },
    };

    [Theory]
    [InlineData("POST", "/v1/messages?beta=true")]
    [InlineData("POST", "/api/v1/messages")]
    [InlineData("GET", "/api/v1/models/a%2Fb//c")]
    [InlineData("PUT", "/claude/v1/messages")]
    [InlineData("DELETE", "/gemini/v1beta/models/x:streamGenerateContent?alt=sse")]
    [InlineData("POST", "/openai/claude/v1/chat/completions")]
    [InlineData("PATCH", "/openai/gemini/v1/chat/completions")]
    public async Task EveryPathFamily_ReachesTheRelayUnchanged(string method, string target)
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(1);

        using var response = await SendAsync(run, method, target);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = Assert.Single(run.Relay.Requests);
        Assert.Equal((method, target, NumberedId(0)), (request.Method, request.RawTarget, request.Header("x-api-key")));
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/api/v2/messages")]
    [InlineData("/api/v1/../../admin")]
    [InlineData("/admin")]
    public async Task OtherPaths_AreNotTheRelays(string target)
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(1);

        using var response = await SendAsync(run, "GET", target);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(run.Relay.Requests);
    }

    [Fact]
    public async Task NoRelay_ItsPathsAreNotProxied()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(path: "/api/v1/messages");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task ClientKeyAnywhere_IsDroppedAndReplacedByTheAccount(string header, string value)
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(1);

        using var response = await SendWithAsync(run, header, value.Replace("KEY", "cr_of-a-client", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertOnlyTheAccountShows(Assert.Single(run.Relay.Requests), "cr_of-a-client");
    }

    [Theory]
    [InlineData("x-custom", "authenticator cr_of-a-client")]
    [InlineData("x-auth", "Bearer authenticator cr_of-a-client")]
    [InlineData("anthropic-key", "sk-ant-api03-of-a-client")]
    public async Task ClientKeyInAHeaderOfAnyName_IsDropped(string header, string value)
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(1);

        using var response = await run.Proxy.PostMessageAsync(headers: (header, value));

        AssertOnlyTheAccountShows(Assert.Single(run.Relay.Requests), "of-a-client");
    }

    [Fact]
    public async Task OtherParametersBesideTheKey_StayAsTheyAre()
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(1);

        using var response = await SendAsync(run, "GET", "/gemini/models?a=%2F&key=secret&monkey=1&&%6bey=secret&b");

        Assert.Equal("/gemini/models?a=%2F&monkey=1&&b", Assert.Single(run.Relay.Requests).RawTarget);
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task AuthIsOn_KeyAnywhereLetsInAndAnyOtherDoesNot(string header, string value)
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(
            1, ("MIDDLEWARE_AUTH_ENABLED", "true"), ("MIDDLEWARE_API_KEYS", "cr_first,cr_second"));

        using var allowed = await SendWithAsync(run, header, value.Replace("KEY", "cr_second", StringComparison.Ordinal));
        using var refused = await SendWithAsync(run, header, value.Replace("KEY", "cr_third", StringComparison.Ordinal));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (allowed.StatusCode, refused.StatusCode));
        Assert.Single(run.Relay.Requests);
        Assert.DoesNotContain("cr_second", run.Proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EightRequestsAtOnce_SpreadOverEightAccounts()
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(8);

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => run.Proxy.PostMessageAsync()));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(8, run.Relay.Requests.Select(request => request.Token).Distinct().Count());
    }

    [Fact]
    public async Task AccountKeys_AreShownInPlaceOfTheirAccounts()
    {
        await using var run = await RelayHarness.StartAsync(1, config => config["accounts"]!["account_keys"] =
            new System.Text.Json.Nodes.JsonObject { [NumberedId(0)] = "cr_bound" });
        run.Relay.Knows("cr_bound");

        using var response = await run.Proxy.PostMessageAsync();

        Assert.Equal("cr_bound", Assert.Single(run.Relay.Requests).Token);
        Assert.DoesNotContain("cr_bound", run.Proxy.Logs.Everything + await run.Proxy.StatusAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_NamesTheServiceAsTheMiddlewareDid()
    {
        await using var run = await RelayHarness.StartFromEnvironmentAsync(2);

        var health = await run.Proxy.HealthAsync();

        Assert.Equal(("claude-middleware", "ok"), (health.GetProperty("service").GetString(), health.GetProperty("status").GetString()));
        Assert.False(health.GetProperty("upstream_down").GetBoolean());
        Assert.Equal(2, health.GetProperty("available_servers").GetInt32());
    }

    private static void AssertOnlyTheAccountShows(RecordedRequest request, string secret)
    {
        Assert.Equal(NumberedId(0), request.Header("x-api-key"));
        Assert.Null(request.Header("authorization"));
        Assert.DoesNotContain(secret, request.RawTarget + JsonSerializer.Serialize(request.Headers), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SendWithAsync(RelayHarness run, string where, string value) => where == "?key"
        ? run.Proxy.PostMessageAsync(path: $"/api/v1/messages?key={value}")
        : run.Proxy.PostMessageAsync(path: "/api/v1/messages", headers: (where, value));

    private static Task<HttpResponseMessage> SendAsync(RelayHarness run, string method, string target)
    {
        var address = new Uri(run.Proxy.Address.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return run.Proxy.Client.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), address)).InTime();
    }
}
