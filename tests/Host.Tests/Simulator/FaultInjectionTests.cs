using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

public sealed class FaultInjectionTests
{
    [Theory]
    [InlineData("400", 400, "invalid_request_error")]
    [InlineData("401", 401, "authentication_error")]
    [InlineData("402", 402, "billing_error")]
    [InlineData("403", 403, "permission_error")]
    [InlineData("404", 404, "not_found_error")]
    [InlineData("413", 413, "request_too_large")]
    [InlineData("418", 418, "invalid_request_error")]
    [InlineData("429", 429, "rate_limit_error")]
    [InlineData("500", 500, "api_error")]
    [InlineData("503", 503, "api_error")]
    [InlineData("504", 504, "timeout_error")]
    [InlineData("529", 529, "overloaded_error")]
    public async Task Status_AskedFor_ComesWithTheTypeOfTheApi(string fault, int status, string type)
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(stream: true), fault);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, (await response.ReadJsonAsync()).ErrorType());
        Assert.False(response.Headers.Contains("retry-after"));
    }

    [Fact]
    public async Task Status_WithParticulars_CarriesThemAll()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(
            Some.MessageBody(), "429; type=odd_error; message=No more; retry_after=30; should_retry=false");
        var error = await response.ReadJsonAsync();

        Assert.Equal("30", response.Header("retry-after"));
        Assert.Equal("false", response.Header("x-should-retry"));
        Assert.Equal("odd_error", error.ErrorType());
        Assert.Equal("No more", error.ErrorMessage());
    }

    [Fact]
    public async Task Header_ThatIsNoFault_IsRefusedWithTheReason()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(), "explode");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("'explode' is no fault", (await response.ReadJsonAsync()).ErrorMessage());
    }

    [Fact]
    public async Task Header_ForOneAccount_LeavesTheOthersAlone()
    {
        await using var simulation = await Simulation.StartAsync();

        using var first = await simulation.PostAsync(Some.MessageBody(), "500; account=sim-1");
        using var second = await simulation.PostAsync(Some.MessageBody(), "500; account=sim-1", token: "token-sim-2");

        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task FailNext_SeveralFaults_StrikeOneEachInOrder()
    {
        await using var simulation = await Simulation.StartAsync();
        simulation.First.FailNext(new SimulatedFault.Status(503), new SimulatedFault.Status(529));

        using var first = await simulation.PostAsync(Some.MessageBody());
        using var second = await simulation.PostAsync(Some.MessageBody());
        using var third = await simulation.PostAsync(Some.MessageBody());

        Assert.Equal([503, 529, 200], [(int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode]);
    }

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages/count_tokens")]
    public async Task Always_Set_StrikesUntilItIsTakenBack(string path)
    {
        await using var simulation = await Simulation.StartAsync();
        simulation.First.Always = new SimulatedFault.Status(401);

        using var first = await simulation.PostAsync(Some.MessageBody(), path: path);
        using var second = await simulation.PostAsync(Some.MessageBody(), path: path);
        simulation.First.Always = null;
        using var third = await simulation.PostAsync(Some.MessageBody(), path: path);

        Assert.Equal([401, 401, 200], [(int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode]);
    }

    [Fact]
    public async Task Reset_BeforeTheAnswer_LosesTheConnectionAndNothingElse()
    {
        await using var simulation = await Simulation.StartAsync();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => simulation.PostAsync(Some.MessageBody(), "reset"));
        using var next = await simulation.PostAsync(Some.MessageBody());

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.GetBaseException()).SocketErrorCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Hang_UntilTheClientLeaves_AnswersNothing()
    {
        await using var simulation = await Simulation.StartAsync();
        using var connection = await RawClient.ConnectAsync(simulation.Upstream.Address);
        var body = Some.MessageBody();

        await connection.SendAsync("POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: token-sim-1\r\nx-simulator-fault: hang\r\n");
        await connection.SendAsync($"Content-Length: {body.Length}\r\n\r\n{body}");
        var reading = connection.ReadToEndAsync();
        using var other = await simulation.PostAsync(Some.MessageBody());

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.False(reading.IsCompleted);
        connection.CloseSending();
        Assert.Equal("", await reading.InTime());
    }

    [Fact]
    public async Task Refuse_ThenAccept_ComesBackOnTheSamePort()
    {
        await using var simulation = await Simulation.StartAsync();

        await simulation.Upstream.RefuseAsync();
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => simulation.PostAsync(Some.MessageBody()));
        await simulation.Upstream.AcceptAsync();
        using var response = await simulation.PostAsync(Some.MessageBody());

        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Refuse_AskedForByARequest_EndsWhenItsTimeIsOver()
    {
        var clock = new ManualTimeProvider();
        await using var simulation = await Simulation.StartAsync(timeProvider: clock);

        await Assert.ThrowsAsync<HttpRequestException>(() => simulation.PostAsync(Some.MessageBody(), "refuse; for=10s"));
        await Eventually.HoldsAsync(() => clock.PendingTimers == 1);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => simulation.PostAsync(Some.MessageBody()));
        clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => CanConnect(simulation.Upstream.Address));
        using var response = await simulation.PostAsync(Some.MessageBody());

        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task ErrorEvent_OnAStream_IsItsFirstAndOnlyEvent()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(stream: true), "error_event; type=overloaded_error");
        var events = await response.ReadEventsAsync();

        Assert.Equal("error", Assert.Single(events).EventType);
        Assert.Equal("overloaded_error", JsonElement.Parse(events[0].Data).ErrorType());
    }

    [Fact]
    public async Task ErrorEvent_OnAnAnswerInOnePiece_IsTheStatusOfItsType()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(), "error_event; type=overloaded_error");

        Assert.Equal(529, (int)response.StatusCode);
    }

    [Fact]
    public async Task Cut_WithinAStream_BreaksTheConnectionAfterTheLastEvent()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(stream: true), "cut; after=3");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var lines = new List<string?>();
        var exception = await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                lines.Add(await reader.ReadLineAsync().InTime());
            }
        });

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.GetBaseException()).SocketErrorCode);
        var events = lines.Where(line => line!.StartsWith("event:", StringComparison.Ordinal));
        Assert.Equal(["event: message_start", "event: content_block_start", "event: ping"], events);
    }

    [Fact]
    public async Task Cut_WithinAnAnswerInOnePiece_BreaksTheConnection()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(), "cut");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync()).InTime();
    }

    [Fact]
    public async Task EndEarly_OnAStream_EndsCleanlyWithoutMessageStop()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(stream: true), "end_early; after=3");
        var events = await response.ReadEventsAsync();

        Assert.Equal(["message_start", "content_block_start", "ping"], events.Select(item => item.EventType));
    }

    [Fact]
    public async Task EndEarly_OnAnAnswerInOnePiece_IsHalfAMessage()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(), "end_early");
        var text = await response.Content.ReadAsStringAsync();

        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(text));
    }

    [Fact]
    public async Task Pings_WithoutEnd_AreAllThatComes()
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(stream: true), "pings");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var lines = new List<string?>();
        while (lines.Count < 9)
        {
            lines.Add(await reader.ReadLineAsync().InTime());
        }

        string[] ping = ["event: ping", """data: {"type":"ping"}""", ""];
        Assert.Equal([.. ping, .. ping, .. ping], lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Oversized_Answer_IsAsLongAsAskedFor(bool stream)
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(Some.MessageBody(stream: stream), "oversized; bytes=1000000");
        var text = await response.Content.ReadAsStringAsync().InTime();

        Assert.InRange(text.Length, 1_000_000, 1_010_000);
        Assert.Contains(new string('.', 1_000_000), text);
    }

    private static bool CanConnect(Uri address)
    {
        try
        {
            using var client = new TcpClient(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
