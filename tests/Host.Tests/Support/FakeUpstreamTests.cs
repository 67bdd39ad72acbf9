using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClaudeProxy.Tests.Support;

public sealed class FakeUpstreamTests
{
    [Fact]
    public async Task Answers_Scripted_ComeInOrderAndTheLastAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(429, retryAfter: "30").Then(200, "hello", headers: [("x-two", "1"), ("x-two", "2")]);
        using var client = new HttpClient();

        using var first = await PostAsync(client, upstream, "token-a");
        using var second = await PostAsync(client, upstream, "token-a");
        using var third = await PostAsync(client, upstream, "token-a");

        Assert.Equal(HttpStatusCode.TooManyRequests, first.StatusCode);
        Assert.Equal("30", first.Headers.GetValues("retry-after").Single());
        Assert.Equal("hello", await second.Content.ReadAsStringAsync());
        Assert.Equal(["1", "2"], second.Headers.GetValues("x-two"));
        Assert.Equal("hello", await third.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Answers_NotScripted_NameTheirToken()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        using var client = new HttpClient();

        using var response = await PostAsync(client, upstream, "token-b");

        Assert.Equal("""{"served_by":"token-b"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Requests_SeveralAccounts_AreKeptWhole()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var body = RandomNumberGenerator.GetBytes(3_000_000);

        using (var connection = await RawClient.ConnectAsync(upstream.Address))
        {
            await connection.SendAsync("GET /v1/a%2Fb//c?u=http://x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-a\r\n");
            await connection.SendAsync("X-Two: 1\r\nx-two: 2\r\n\r\n");
            await connection.ReadMessageAsync();
            await connection.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nx-api-key: token-b\r\nContent-Length: {body.Length}\r\n\r\n");
            await connection.SendAsync(body);
            await connection.ReadMessageAsync();
        }

        Assert.Equal(["token-a", "token-b"], upstream.Attempts);
        var (first, second) = (upstream.Requests[0], upstream.Requests[1]);
        Assert.Equal(("GET", "/v1/a%2Fb//c?u=http://x"), (first.Method, first.RawTarget));
        Assert.Equal(["1", "2"], first.Headers["X-TWO"]);
        Assert.Equal("1, 2", first.Header("x-two"));
        Assert.Null(first.Header("x-three"));
        Assert.Equal(body, second.Body);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), second.BodySha256);
        Assert.Equal(first.ConnectionId, second.ConnectionId);
    }

    [Fact]
    public async Task After_Gate_HoldsTheAnswerBack()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        using var client = new HttpClient();

        var answering = PostAsync(client, upstream, "token-a");
        var request = await upstream.ReceivedAsync(1);
        using var other = await PostAsync(client, upstream, "token-b");

        Assert.Equal("body", request.BodyText);
        Assert.False(answering.IsCompleted);
        gate.SetResult();
        using var response = await answering;
        Assert.Equal("late", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Early_AnswerBeforeTheBody_DoesNotWaitForIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error").Early();

        var answer = await RawClient.SendAsync(
            upstream.Address, "POST / HTTP/1.1\r\nHost: a\r\nx-api-key: token-a\r\nContent-Length: 1000000\r\n\r\nbeginning");

        Assert.Equal(429, answer.Status);
        Assert.Contains("rate_limit_error", answer.Body);
    }

    [Fact]
    public async Task Reset_InsteadOfAnAnswer_IsAResetToTheClient()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Reset();
        using var client = new HttpClient();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(client, upstream, "token-a"));

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.GetBaseException()).SocketErrorCode);
    }

    [Fact]
    public async Task Hang_ClientLeaves_IsSeen()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Hang();
        using var client = new HttpClient();
        using var leaving = new CancellationTokenSource();

        var waiting = PostAsync(client, upstream, "token-a", leaving.Token);
        var request = await upstream.ReceivedAsync(1);
        Assert.False(request.ClientLeft.IsCompleted);
        await leaving.CancelAsync();

        await request.ClientLeft.InTime();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Refuse_ThenAccept_ComesBackOnTheSamePort()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        using var client = new HttpClient();

        await upstream.RefuseAsync();
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(client, upstream, "token-a"));
        await upstream.AcceptAsync();
        using var response = await PostAsync(client, upstream, "token-a");

        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Fact]
    public async Task Http2_WithPriorKnowledge_IsSpoken()
    {
        await using var upstream = await FakeUpstream.StartAsync(HttpProtocols.Http2);
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await PostAsync(client, upstream, "token-a");

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("HTTP/2", upstream.Requests[0].Protocol);
    }

    private static Task<HttpResponseMessage> PostAsync(
        HttpClient client, FakeUpstream upstream, string token, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, upstream.Address)
        {
            Content = new StringContent("body", Encoding.UTF8),
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        request.Headers.Add("x-api-key", token);
        return client.SendAsync(request, cancellationToken).InTime();
    }
}
