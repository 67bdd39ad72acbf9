using System.Net.Sockets;

namespace ClaudeProxy.Tests.Support;

public sealed class RawTests
{
    [Fact]
    public async Task RawUpstream_AnswerNoServerWouldSend_ArrivesAsItIs()
    {
        const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello\u00ff";
        await using var upstream = RawUpstream.Start(Answer);
        using var connection = await RawClient.ConnectAsync(upstream.Address);

        await connection.SendAsync("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");

        Assert.Equal(Answer, await connection.ReadToEndAsync());
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task RawUpstream_ReadsRequests_WithLengthOrInChunks()
    {
        var requests = new List<RawMessage>();
        await using var upstream = RawUpstream.Start(async connection =>
        {
            requests.Add(await connection.ReadMessageAsync());
            requests.Add(await connection.ReadMessageAsync());
            await connection.SendAsync("HTTP/1.1 204 No Content\r\nVia: 1.1 a\r\nvia: 1.1 b\r\n\r\n");
        });

        const string WithLength = "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
        const string InChunks = "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
        var answer = await RawClient.SendAsync(upstream.Address, WithLength + InChunks);

        Assert.Equal(["POST /a HTTP/1.1", "POST /b HTTP/1.1"], requests.Select(request => request.StartLine));
        Assert.Equal(["hi", "abc0123456789"], requests.Select(request => request.Body));
        Assert.Equal(204, answer.Status);
        Assert.Equal("1.1 a, 1.1 b", answer.Header("Via"));
        Assert.Null(answer.Header("V"));
    }

    [Fact]
    public async Task RawUpstream_Reset_IsAResetToTheClient()
    {
        await using var upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadMessageAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning");
            connection.Reset();
        });
        using var client = new HttpClient();

        using var response = await client.GetAsync(upstream.Address, HttpCompletionOption.ResponseHeadersRead).InTime();
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync()).InTime();

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.GetBaseException()).SocketErrorCode);
    }

    [Fact]
    public async Task RawUpstream_DisposedWhileServing_BreaksOff()
    {
        var upstream = RawUpstream.Start(connection => connection.ReadToEndAsync());
        using var connection = await RawClient.ConnectAsync(upstream.Address);
        await connection.SendAsync("never ending");
        await Eventually.HoldsAsync(() => upstream.Connections == 1);

        await upstream.DisposeAsync();

        Assert.True(await Record.ExceptionAsync(connection.ReadToEndAsync) is null or IOException);
    }

    [Fact]
    public async Task ReadMessage_ConnectionClosedBefore_SaysWhatCame()
    {
        await using var upstream = RawUpstream.Start(connection => connection.SendAsync("HTTP/1.1 200"));

        var exception = await Assert.ThrowsAsync<EndOfStreamException>(async () =>
        {
            using var connection = await RawClient.ConnectAsync(upstream.Address);
            await connection.ReadMessageAsync();
        });

        Assert.Contains("HTTP/1.1 200", exception.Message);
    }
}
