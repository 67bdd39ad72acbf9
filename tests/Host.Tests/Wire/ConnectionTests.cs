using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>What happens to a client's connection from one request to the next.</summary>
public sealed class ConnectionTests
{
    private static void WithKey(JsonObject config) => (config["auth"], config["auth_keys"]) = (true, new JsonArray("client-key"));

    [Fact]
    public async Task SeveralRequestsOverOneConnection_EachGetTheirOwnAnswer()
    {
        await using var harness = await WireHarness.StartAsync();
        using var connection = await RawClient.ConnectAsync(harness.Proxy.Address);
        var ids = new HashSet<string?>();

        for (var i = 0; i < 5; i++)
        {
            await connection.SendAsync(WireHarness.Post($"x-number: {i}\r\n", $"{{\"number\":{i}}}"));
            var answer = await connection.ReadMessageAsync();
            Assert.Equal(200, answer.Status);
            Assert.True(ids.Add(answer.Header("x-claude-proxy-request-id")));
            await connection.SendAsync("GET /ready HTTP/1.1\r\nhost: proxy\r\n\r\n");
            Assert.Null((await connection.ReadMessageAsync()).Header("x-claude-proxy-request-id"));
        }

        Assert.Equal(["0", "1", "2", "3", "4"], harness.Requests.Select(request => request.Header("x-number")!));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"{{\"number\":{i}}}"), harness.Requests.Select(request => request.Body));
        Assert.Equal(1, harness.Upstream.Connections);
    }

    [Fact]
    public async Task PipelinedRequests_AreAnsweredInOrder()
    {
        await using var harness = await WireHarness.StartAsync();
        using var connection = await RawClient.ConnectAsync(harness.Proxy.Address);

        await connection.SendAsync(
            WireHarness.Post(body: "{\"n\":1}") + "GET /nothing HTTP/1.1\r\nhost: proxy\r\n\r\n"
            + "POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"n\":2}\r\n0\r\n\r\n"
            + WireHarness.Post(body: "{\"n\":3}"));
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await connection.ReadMessageAsync()).Status);
        }

        Assert.Equal([200, 404, 200, 200], statuses);
        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], harness.Requests.Select(request => request.Body));
    }

    [Theory]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 11\r\n\r\nhello world", 401)]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nx-api-key: client-key\r\ncontent-length: 5000\r\n\r\n{5000}", 413)]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nx-api-key: client-key\r\ntransfer-encoding: chunked\r\n\r\n1388\r\n{5000}\r\n0\r\n\r\n", 413)]
    [InlineData("POST /nothing HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 404)]
    public async Task RequestRefusedBeforeItsBodyIsRead_LeavesTheConnectionInOrder(string refused, int status)
    {
        await using var harness = await WireHarness.StartAsync(configure: config =>
        {
            WithKey(config);
            config["failover"] = new JsonObject { ["max_body"] = 4096 };
        });
        using var connection = await RawClient.ConnectAsync(harness.Proxy.Address);

        await connection.SendAsync(refused.Replace("{5000}", new string('x', 5000), StringComparison.Ordinal));
        var first = await connection.ReadMessageAsync();
        await connection.SendAsync(WireHarness.Post("x-api-key: client-key\r\n", "{\"n\":2}"));
        var second = await connection.ReadMessageAsync();

        Assert.Equal(status, first.Status);
        Assert.Equal(200, second.Status);
        Assert.Equal("{\"n\":2}", Assert.Single(harness.Requests).Body);
    }

    [Fact]
    public async Task ClientThatAsksBeforeItSends_IsToldToContinue()
    {
        await using var harness = await WireHarness.StartAsync();
        using var connection = await RawClient.ConnectAsync(harness.Proxy.Address);

        await connection.SendAsync("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
        var interim = await connection.ReadMessageAsync();
        await connection.SendAsync("{}");
        var answer = await connection.ReadMessageAsync();

        Assert.Equal(100, interim.Status);
        Assert.Equal(200, answer.Status);
        Assert.Equal("{}", Assert.Single(harness.Requests).Body);
        Assert.Null(harness.Requests[0].Header("expect"));
    }

    [Theory]
    [InlineData("", 401)]
    [InlineData("x-api-key: client-key\r\n", 413)]
    public async Task ClientThatAsksBeforeItSends_IsToldThatItNeedNot(string headers, int status)
    {
        await using var harness = await WireHarness.StartAsync(configure: WithKey);
        using var connection = await RawClient.ConnectAsync(harness.Proxy.Address);

        await connection.SendAsync($"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nexpect: 100-continue\r\ncontent-length: 999999999\r\n{headers}\r\n");
        var answer = await connection.ReadMessageAsync();

        Assert.Equal(status, answer.Status);
        await harness.AssertUntouchedByAsync("client-key");
    }

    [Theory]
    [InlineData("", "close")]
    [InlineData("connection: keep-alive\r\n", "keep-alive")]
    public async Task Http10_IsServedAndClosedUnlessTheClientAsksForMore(string headers, string connection)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync($"POST /v1/messages HTTP/1.0\r\n{headers}content-length: 2\r\n\r\n{{}}");

        Assert.Equal(200, answer.Status);
        Assert.Equal("{}", answer.Body);
        Assert.Equal(connection, answer.Header("connection"));
        Assert.Equal("POST /v1/messages HTTP/1.1", Assert.Single(harness.Requests).StartLine);
    }

    [Fact]
    public async Task Http10ClientOfAnAnswerWithoutLength_GetsItUnchunked()
    {
        await using var harness = await WireHarness.StartAsync("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");

        var answer = await harness.SendToEndAsync("GET /v1/models HTTP/1.0\r\n\r\n");

        Assert.DoesNotContain("transfer-encoding", answer, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nabcdef", answer);
    }

    [Theory]
    [InlineData("GET /v1/models HTTP/1.1\r\nhost: proxy\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAA\r\n\r\n")]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nconnection: Upgrade\r\nupgrade: h2c\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("GET /v1/models HTTP/1.1\r\nhost: proxy\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n")]
    public async Task OfferToUpgrade_IsIgnored(string request)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync(request);

        Assert.Equal(200, answer.Status);
        Assert.Null(Assert.Single(harness.Requests).Header("upgrade"));
        Assert.Null(harness.Requests[0].Header("connection"));
    }

    [Fact]
    public async Task ManyClientsOverKeptConnections_GetTheirOwnAnswersAndIds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            context.Response.Headers["x-echo"] = context.Request.Headers["x-echo"];
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, await reader.ReadToEndAsync());
        }).Early();
        await using var proxy = await EndToEnd.ProxyHarness.StartAsync(upstream, "a");

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            using var connection = await RawClient.ConnectAsync(proxy.Address);
            var seen = new List<string>();
            for (var i = 0; i < 25; i++)
            {
                var body = $"{{\"client\":{client},\"n\":{i}}}";
                await connection.SendAsync(WireHarness.Post($"x-echo: {client}-{i}\r\n", body));
                var answer = await connection.ReadMessageAsync();
                Assert.Equal(body, answer.Body);
                Assert.Equal($"{client}-{i}", answer.Header("x-echo"));
                seen.Add(answer.Header("x-claude-proxy-request-id")!);
            }

            return seen;
        })));

        Assert.Equal(400, answers.SelectMany(ids => ids).Distinct().Count());
    }
}
