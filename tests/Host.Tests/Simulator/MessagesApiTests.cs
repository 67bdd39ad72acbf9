using System.Net;
using System.Text.Json;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

public sealed class MessagesApiTests
{
    [Fact]
    public async Task Message_InOnePiece_NamesItsAccountAndRepeatsThePrompt()
    {
        await using var simulation = await Simulation.StartAsync();
        var body = Some.MessageBody("How are \"you\"?");

        using var response = await simulation.PostAsync(body);
        var message = await response.ReadJsonAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.Equal("claude-sonnet-5-5", message.GetProperty("model").GetString());
        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
        Assert.StartsWith("msg_sim", message.GetProperty("id").GetString());
        var text = message.GetProperty("content")[0].GetProperty("text").GetString();
        Assert.Equal("Hello from sim-1, a simulated account. You said: “How are \"you\"?”.", text);
        Assert.Equal((body.Length + 3) / 4, message.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        Assert.Equal(text!.Split(' ').Length, message.GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task Message_Served_CarriesTheHeadersOfTheApi()
    {
        await using var simulation = await Simulation.StartAsync(requestsPerMinute: 50);

        using var response = await simulation.PostAsync(Some.MessageBody());

        Assert.StartsWith("req_sim", response.Header("request-id"));
        Assert.Equal("org_1", response.Header("anthropic-organization-id"));
        Assert.Equal("wrkspc_1", response.Header("anthropic-workspace-id"));
        Assert.Equal("50", response.Header("anthropic-ratelimit-requests-limit"));
        Assert.Equal("49", response.Header("anthropic-ratelimit-requests-remaining"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", response.Header("anthropic-ratelimit-requests-reset"));
        Assert.Equal("1000000000", response.Header("anthropic-ratelimit-tokens-limit"));
        Assert.False(response.Headers.Contains("server"));
    }

    [Fact]
    public async Task Message_AsStream_FollowsTheGrammar()
    {
        await using var simulation = await Simulation.StartAsync();
        simulation.First.Pace = simulation.First.Pace with { Events = 3 };

        using var response = await simulation.PostAsync(Some.MessageBody("Hi", stream: true));
        var events = await response.ReadEventsAsync();

        Assert.Equal(
            [
                "message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta", "content_block_delta",
                "content_block_stop", "message_delta", "message_stop",
            ],
            events.Select(item => item.EventType));
        var deltas = events.Where(item => item.EventType == "content_block_delta");
        var texts = deltas.Select(item => JsonElement.Parse(item.Data).GetProperty("delta").GetProperty("text").GetString());
        Assert.Equal("Hello from sim-1, a simulated account. You said: “Hi”.", string.Concat(texts));
        var first = JsonElement.Parse(events[0].Data).GetProperty("message").GetProperty("usage");
        var last = JsonElement.Parse(events[^2].Data).GetProperty("usage");
        Assert.Equal(first.GetProperty("input_tokens").GetInt32(), last.GetProperty("input_tokens").GetInt32());
        Assert.Equal(9, last.GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task Message_MorePartsThanWords_GoesOnTalking()
    {
        await using var simulation = await Simulation.StartAsync();
        simulation.First.Pace = simulation.First.Pace with { Events = 40 };

        using var response = await simulation.PostAsync(Some.MessageBody(stream: true));
        var events = await response.ReadEventsAsync();

        Assert.Equal(40, events.Count(item => item.EventType == "content_block_delta"));
    }

    [Fact]
    public async Task Message_FewTokensAllowed_StopsThere()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody("Hi").Replace("100", "2", StringComparison.Ordinal));
        var message = await response.ReadJsonAsync();

        Assert.Equal("Hello from", message.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("max_tokens", message.GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task Message_ContentInBlocks_RepeatsTheLastTextOfTheUser()
    {
        await using var simulation = await Simulation.StartAsync();
        const string Body = """
            {"model":"claude-sonnet-5-5","max_tokens":99,"messages":[
              {"role":"user","content":[{"type":"text","text":"One"},{"type":"image","source":{}},{"type":"text","text":"Two"}]},
              {"role":"assistant","content":"Three"}]}
            """;

        using var response = await simulation.PostAsync(Body);

        Assert.Contains("“Two”", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Token_AsBearer_IsAccepted()
    {
        await using var simulation = await Simulation.StartAsync();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("bearer", "token-sim-2");

        var body = await client.GetStringAsync(new Uri(simulation.Upstream.Address, "/v1/models?limit=1000")).InTime();

        Assert.Contains("claude-opus-5-5", body);
    }

    [Theory]
    [InlineData("{", 400, "invalid_request_error", "not valid JSON")]
    [InlineData("[]", 400, "invalid_request_error", "valid dictionary")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"max_tokens":1}""", 400, "invalid_request_error", "model: Field required")]
    [InlineData("""{"model":"claude-x","max_tokens":1}""", 400, "invalid_request_error", "messages: Field required")]
    [InlineData("""{"model":"claude-x","max_tokens":1,"messages":[]}""", 400, "invalid_request_error", "at least one message")]
    [InlineData("""{"model":"claude-x","messages":[{}]}""", 400, "invalid_request_error", "max_tokens: Field required")]
    [InlineData("""{"model":"claude-x","messages":[{}],"max_tokens":0}""", 400, "invalid_request_error", "max_tokens: ")]
    [InlineData("""{"model":"gpt","messages":[{}],"max_tokens":1}""", 404, "not_found_error", "model: gpt")]
    [InlineData("""{"model":"claude-\ud800","messages":[{}],"max_tokens":1}""", 400, "invalid_request_error", "not valid JSON")]
    public async Task Message_WrongBody_IsRefusedAsTheApiDoes(string body, int status, string type, string message)
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(body);
        var error = await response.ReadJsonAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal(type, error.ErrorType());
        Assert.Contains(message, error.ErrorMessage());
        Assert.Equal(response.Header("request-id"), error.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("GET", "/v1/messages", "token-sim-1", 405, "invalid_request_error")]
    [InlineData("GET", "/v1/nowhere", "token-sim-1", 404, "not_found_error")]
    [InlineData("GET", "/v1/models/gpt", "token-sim-1", 404, "not_found_error")]
    [InlineData("GET", "/v1/models", "wrong", 401, "authentication_error")]
    [InlineData("GET", "/v1/models", null, 401, "authentication_error")]
    public async Task Request_NotServed_IsRefusedAsTheApiDoes(string method, string path, string? token, int status, string type)
    {
        await using var simulation = await Simulation.StartAsync();
        var credential = token is null ? "" : $"x-api-key: {token}\r\n";

        var answer = await RawClient.SendAsync(simulation.Upstream.Address, $"{method} {path} HTTP/1.1\r\nHost: a\r\n{credential}\r\n");

        Assert.Equal(status, answer.Status);
        Assert.Equal(type, JsonElement.Parse(answer.Body).ErrorType());
    }

    [Fact]
    public async Task Message_TooLong_IsRefusedWith413()
    {
        await using var simulation = await Simulation.StartAsync();

        var answer = await RawClient.SendAsync(
            simulation.Upstream.Address,
            "POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: token-sim-1\r\nContent-Length: 33554433\r\n\r\n");

        Assert.Equal(413, answer.Status);
        Assert.Equal("request_too_large", JsonElement.Parse(answer.Body).ErrorType());
    }

    [Fact]
    public async Task CountTokens_NeedsNoMaxTokens_GivesWhatAMessageWouldCost()
    {
        await using var simulation = await Simulation.StartAsync();
        const string Body = """{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"Hi"}]}""";

        using var response = await simulation.PostAsync(Body, path: "/v1/messages/count_tokens");
        var count = await response.ReadJsonAsync();

        Assert.Equal((Body.Length + 3) / 4, count.GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task Models_OneOfTheList_IsFoundByItsId()
    {
        await using var simulation = await Simulation.StartAsync();

        using var list = await simulation.GetAsync("/v1/models");
        var listed = (await list.ReadJsonAsync()).GetProperty("data")[0];
        using var one = await simulation.GetAsync($"/v1/models/{listed.GetProperty("id").GetString()}");

        Assert.Equal(listed.GetRawText(), await one.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Message_BudgetOfTheWorkspaceUsedUp_RateLimitsAllItsAccountsUntilTheMinuteIsOver()
    {
        var clock = new ManualTimeProvider();
        await using var simulation = await Simulation.StartAsync(requestsPerMinute: 1, clock);
        using var served = await simulation.PostAsync(Some.MessageBody());
        clock.Advance(TimeSpan.FromSeconds(20));

        using var limited = await simulation.PostAsync(Some.MessageBody(), token: "token-sim-2");
        clock.Advance(TimeSpan.FromSeconds(40));
        using var later = await simulation.PostAsync(Some.MessageBody(), token: "token-sim-2");

        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal("40", limited.Header("retry-after"));
        Assert.Equal("0", limited.Header("anthropic-ratelimit-requests-remaining"));
        Assert.Equal("rate_limit_error", (await limited.ReadJsonAsync()).ErrorType());
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Message_AtAPace_WaitsForTheFirstByteAndBetweenEvents()
    {
        var clock = new ManualTimeProvider();
        await using var simulation = await Simulation.StartAsync(timeProvider: clock);
        simulation.First.Pace = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), 1);

        var answering = simulation.PostAsync(Some.MessageBody(stream: true));
        await Eventually.HoldsAsync(() => clock.PendingTimers == 1);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(1, clock.PendingTimers);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        using var response = await answering;
        var firstByte = clock.GetUtcNow();
        var reading = response.ReadEventsAsync();
        await clock.AdvanceUntilAsync(reading, TimeSpan.FromSeconds(1));
        var events = await reading;

        Assert.Equal(TimeSpan.FromSeconds(events.Count - 1), clock.GetUtcNow() - firstByte);
    }
}
