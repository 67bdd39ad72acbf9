using System.Net;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Statuses below 500: which of them speak of the account, and which of the request.</summary>
public sealed class AccountErrorTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(401, "authentication_error", "invalid x-api-key", 60)]
    [InlineData(402, "billing_error", "no billing", 600)]
    [InlineData(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", 600)]
    [InlineData(400, "invalid_request_error", "You have reached your specified API usage limits.", 600)]
    [InlineData(400, "invalid_request_error", "You have reached your specified workspace API usage limits.", 600)]
    [InlineData(400, "invalid_request_error", "This organization has been disabled.", 600)]
    [InlineData(500, "api_error", "Internal server error", 60)]
    [InlineData(502, "api_error", "Bad gateway", 60)]
    [InlineData(503, "api_error", "Service unavailable", 60)]
    [InlineData(520, "api_error", "Unknown", 60)]
    public async Task AccountsOwnTrouble_NextAccountServesAndTheFirstCoolsDown(int status, string type, string message, int seconds)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(status, type, message);
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), _clock);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        Assert.Equal(["cooling_down", "usable"], await proxy.StatesAsync());
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(seconds), (await proxy.AccountAsync("a")).GetProperty("until").GetDateTimeOffset());
    }

    [Theory]
    [InlineData(400, "messages: at least one message is required")]
    [InlineData(400, "prompt is too long: 250000 tokens > 200000 maximum")]
    [InlineData(405, "Method not allowed")]
    [InlineData(409, "Conflict")]
    [InlineData(413, "Request exceeds the maximum size")]
    [InlineData(418, "I'm a teapot")]
    [InlineData(422, "Unprocessable")]
    public async Task RequestsOwnFault_ClientGetsItByteForByteAfterOneAttempt(int status, string message)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var body = "{ \"type\" : \"error\",\n\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" + message + "\"},\"request_id\":\"req_1\"}\n";
        upstream.On("token-a").Answer(status, body, null, ("request-id", "req_1"), ("x-should-retry", "false"), ("content-type", "application/json"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal("req_1", response.Headers.GetValues("request-id").Single());
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Equal(["token-a"], upstream.Attempts);
        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
        Assert.Equal(0, (await proxy.AccountAsync("a")).GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task NotFoundOnOneAccount_NextAccountServesAndNobodyCoolsDown()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(404, "not_found_error", "model: claude-new");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task NotFoundTwice_ClientGetsTheSecondAndNobodyElseIsAsked()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(404, "from a");
        upstream.On("token-b").Answer(404, "from b");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("from b", await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        Assert.Equal(["usable", "usable", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task NotFoundOnTheOnlyAccount_ClientGetsItByteForByte()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(404, "{\"no\": \"such thing\"}");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("{\"no\": \"such thing\"}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task CredentialsOfAllAreRefused_ClientNeverSeesAnUpstreams401()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error", "invalid x-api-key");
        upstream.On("token-b").Error(403, "permission_error", "no");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"type\":\"api_error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailuresInARow_BackOffAndASuccessEndsIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error").Error(401, "authentication_error").Error(401, "authentication_error").Then(200, "ok").Error(500, "api_error");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);

        foreach (var seconds in (int[])[60, 120, 240])
        {
            await PostAsync(proxy);
            Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(seconds), (await proxy.AccountAsync("a")).GetProperty("until").GetDateTimeOffset());
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal("half_open", await proxy.StateOfAsync("a"));
        }

        await PostAsync(proxy);
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
        Assert.Single(proxy.Logs.Entries, entry => entry.EventId.Name == "AccountRecovered");
        await PostAsync(proxy);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(60), (await proxy.AccountAsync("a")).GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task OrganizationIsOutOfMoney_NoneOfItsAccountsIsTriedAndAPersonIsWarnedOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        foreach (var (name, organization) in (ReadOnlySpan<(string, string)>)[("a", "org_1"), ("b", "org_1"), ("c", "org_2")])
        {
            var answers = upstream.On($"token-{name}").Answer(200, "", null, ("anthropic-organization-id", organization));
            if (name != "c")
            {
                answers.Error(402, "billing_error");
            }
        }

        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b", "c"), _clock);
        for (var request = 0; request < 4; request++)
        {
            await PostAsync(proxy);
        }

        Assert.Equal(["token-a", "token-b", "token-c", "token-a", "token-c"], upstream.Attempts);
        Assert.Equal(["cooling_down", "cooling_down", "usable"], await proxy.StatesAsync());
        Assert.Equal(2, Assert.Single(proxy.Logs.Of("OrganizationRests")).Value("Accounts"));
    }

    private static async Task PostAsync(ProxyHarness proxy)
    {
        using var response = await proxy.PostMessageAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
