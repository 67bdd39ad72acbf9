using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Upstreams that cannot be reached, or are lost before they answer.</summary>
public sealed class TransportFailureTests
{
    [Fact]
    public async Task ConnectionRefused_NextAccountServesAndTheFirstCoolsDown()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await gone.RefuseAsync();

        await AssertNextServesAsync(gone.Address.ToString(), "no connection (ConnectionRefused)");
    }

    [Fact]
    public Task NameIsUnknown_NextAccountServesAndTheFirstCoolsDown() =>
        AssertNextServesAsync("http://no-such-host.invalid/", "its name could not be resolved");

    [Fact]
    public async Task TlsHandshakeFails_NextAccountServesAndTheFirstCoolsDown()
    {
        await using var plain = await FakeUpstream.StartAsync();

        await AssertNextServesAsync($"https://{plain.Address.Authority}", "the TLS handshake failed");
    }

    [Fact]
    public async Task ResetBeforeAnAnswer_NextAccountServesAndTheFirstCoolsDown()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Reset();

        await AssertNextServesAsync(upstream.Address.ToString(), "the connection was lost before an answer");
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task AnswerIsNoHttp_NextAccountServesAndTheFirstCoolsDown()
    {
        await using var upstream = RawUpstream.Start("220 mail.example.org ESMTP\r\n\r\n");

        await AssertNextServesAsync(upstream.Address.ToString(), "the answer is malformed");
    }

    [Fact]
    public async Task NoAnswerInTime_NextAccountServesAndTheFirstCoolsDown()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Hang();
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["timeouts"] = new JsonObject { ["first_byte"] = 10 };
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(config, clock);
        var responding = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        clock.Advance(TimeSpan.FromSeconds(10));

        using var response = await responding;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        Assert.Equal("cooling_down", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task LostAfterSendingAndNotToBeSentAgain_ClientIsToldSoOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Reset();
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["failover"] = new JsonObject { ["retry_sent"] = false };
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Contains("\"api_error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task NeverSentAndNotToBeSentAgain_NextAccountServes()
    {
        await using var gone = await FakeUpstream.StartAsync();
        await gone.RefuseAsync();
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Config(ProxyHarness.Server(gone, "a"), ProxyHarness.Server(upstream, "b"));
        config["failover"] = new JsonObject { ["retry_sent"] = false };
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task AssertNextServesAsync(string url, string error)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(Server("a", url), ProxyHarness.Server(upstream, "b")));

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-b"], upstream.Attempts);
        var account = await proxy.AccountAsync("a");
        Assert.Equal("cooling_down", account.GetProperty("state").GetString());
        Assert.Equal(error, account.GetProperty("last_error").GetProperty("text").GetString());
        Assert.Equal("usable", await proxy.StateOfAsync("b"));
    }

    private static JsonObject Config(params JsonObject[] servers) => new() { ["fallback"] = true, ["servers"] = new JsonArray([.. servers]) };

    private static JsonObject Server(string name, string url) =>
        new() { ["name"] = name, ["url"] = url, ["token"] = $"token-{name}", ["auth_header"] = "x-api-key" };
}
