using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Tests.Wire;

namespace ClaudeProxy.Tests.Endpoint;

/// <summary>Who may come in.</summary>
public sealed class ClientAuthTests
{
    private static Task<WireHarness> StartAsync() =>
        WireHarness.StartAsync(configure: config => (config["auth"], config["auth_keys"]) = (true, new JsonArray("key-one", "key-two")));

    [Theory]
    [InlineData("authorization: Bearer key-one")]
    [InlineData("authorization: bearer key-two")]
    [InlineData("Authorization: BEARER   key-one  ")]
    [InlineData("x-api-key: key-one")]
    [InlineData("X-API-KEY: key-two")]
    [InlineData("x-goog-api-key: key-one")]
    [InlineData("authorization: Bearer wrong\r\nx-api-key: key-one")]
    [InlineData("authorization: Bearer key-one\r\nx-api-key: wrong")]
    [InlineData("x-api-key: wrong\r\nx-api-key: key-two")]
    public async Task ClientWithAKey_IsServed(string headers)
    {
        await using var harness = await StartAsync();

        var answer = await harness.SendAsync(WireHarness.Post(headers + "\r\n"));

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("key-", Assert.Single(harness.Requests).Head);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x-api-key: wrong\r\n")]
    [InlineData("x-api-key:\r\n")]
    [InlineData("x-api-key: key-on\r\n")]
    [InlineData("x-api-key: key-onee\r\n")]
    [InlineData("x-api-key: KEY-ONE\r\n")]
    [InlineData("x-api-key: key-one, key-two\r\n")]
    [InlineData("x-api-key: Bearer key-one\r\n")]
    [InlineData("x-api-key: token-a\r\n")]
    [InlineData("authorization: key-one\r\n")]
    [InlineData("authorization: Basic key-one\r\n")]
    [InlineData("authorization: Bearer\r\n")]
    [InlineData("authorization: Bearerkey-one\r\n")]
    [InlineData("x_api_key: key-one\r\n")]
    [InlineData("api-key: key-one\r\n")]
    [InlineData("cookie: x-api-key=key-one\r\n")]
    public async Task ClientWithoutAKey_Gets401InTheApisShapeAndNobodyElseSeesTheRequest(string headers)
    {
        await using var harness = await StartAsync();

        var answer = await harness.SendAsync(WireHarness.Post(headers));

        WireHarness.AssertApiError(answer, 401, "authentication_error");
        Assert.Equal("false", answer.Header("x-should-retry"));
        Assert.Equal("application/json", answer.Header("content-type"));
        Assert.NotNull(answer.Header("x-claude-proxy-request-id"));
        await harness.AssertUntouchedByAsync("key-one");
    }

    [Theory]
    [InlineData("GET /status", 401)]
    [InlineData("HEAD /status", 401)]
    [InlineData("GET /health", 200)]
    [InlineData("GET /ready", 200)]
    [InlineData("HEAD /", 200)]
    [InlineData("HEAD /api/hello", 200)]
    [InlineData("GET /elsewhere", 404)]
    [InlineData("GET /v1/models", 401)]
    public async Task StrangersRequest_SeesOnlyWhatMonitorsNeed(string request, int status)
    {
        await using var harness = await StartAsync();

        var answer = await harness.SendToEndAsync($"{request} HTTP/1.1\r\nhost: proxy\r\nconnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
    }

    [Fact]
    public async Task StatusWithAKey_IsShown()
    {
        await using var harness = await StartAsync();

        var answer = await harness.SendAsync("GET /status HTTP/1.1\r\nhost: proxy\r\nauthorization: Bearer key-two\r\n\r\n");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task KeysFromTheEnvironment_TurnAuthOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(
            ProxyHarness.Config(upstream, "a"), environment: new Dictionary<string, string> { ["AUTH_KEYS"] = "env-one, env-two" });

        using var stranger = await proxy.PostMessageAsync();
        using var friend = await proxy.PostMessageAsync(headers: ("x-api-key", "env-two"));

        Assert.Equal((401, 200), ((int)stranger.StatusCode, (int)friend.StatusCode));
    }

    [Fact]
    public async Task WithoutAuth_EverybodyIsServedWhateverTheyShow()
    {
        await using var harness = await WireHarness.StartAsync(configure: config => config["auth_keys"] = new JsonArray("key-one"));

        var answer = await harness.SendAsync(WireHarness.Post("x-api-key: anything\r\n"));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task ReloadedKeys_TakeEffectOnTheConnectionThatIsOpen()
    {
        await using var harness = await StartAsync();
        using var connection = await RawClient.ConnectAsync(harness.Proxy.Address);
        await connection.SendAsync(WireHarness.Post("x-api-key: key-one\r\n"));
        var before = await connection.ReadMessageAsync();

        var config = WireHarness.Config(WireHarness.Server(harness.Upstream.Address, "a"));
        (config["auth"], config["auth_keys"]) = (true, new JsonArray("key-three"));
        harness.Proxy.WriteConfig(config);
        await harness.Proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();
        await connection.SendAsync(WireHarness.Post("x-api-key: key-one\r\n"));
        var after = await connection.ReadMessageAsync();

        Assert.Equal((200, 401), (before.Status, after.Status));
    }
}
