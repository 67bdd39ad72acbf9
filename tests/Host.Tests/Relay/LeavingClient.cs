using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Relay;

/// <summary>A client that asks for a stream, reads no more than the test says, and leaves.</summary>
internal sealed class LeavingClient : IDisposable
{
    private readonly TcpClient _client = new() { ReceiveBufferSize = 16 * 1024 };

    /// <summary>Sends a request for a message.</summary>
    public static async Task<LeavingClient> AskAsync(ProxyHarness proxy)
    {
        var client = new LeavingClient();
        await client._client.ConnectAsync(proxy.Address.Host, proxy.Address.Port).InTime();
        var body = Some.MessageBody(stream: true);
        await client._client.GetStream()
            .WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: {body.Length}\r\n\r\n{body}")).AsTask().InTime();
        return client;
    }

    /// <summary>Waits for the first bytes of the answer.</summary>
    public Task ReadSomeAsync() => _client.GetStream().ReadAtLeastAsync(new byte[64], 64).AsTask().InTime();

    /// <summary>Leaves, and measures how long it takes until the upstream is told.</summary>
    public async Task<TimeSpan> LeaveAsync(Task told)
    {
        var left = Stopwatch.GetTimestamp();
        _client.Dispose();
        await told.InTime();
        return Stopwatch.GetElapsedTime(left);
    }

    public void Dispose() => _client.Dispose();
}
