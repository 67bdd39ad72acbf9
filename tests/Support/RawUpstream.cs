using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ClaudeProxy.Tests.Support;

/// <summary>An upstream that answers with bytes as they are: for heads and bodies that no server would send.</summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<RawConnection> _connections = [];
    private readonly Func<RawConnection, Task> _serve;
    private readonly Task _accepting;

    private RawUpstream(Func<RawConnection, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address { get; }

    /// <summary>How many connections there have been.</summary>
    public int Connections => _connections.Count;

    /// <summary>Serves each connection with <paramref name="serve"/>, then closes it. A connection that the client breaks off is over.</summary>
    public static RawUpstream Start(Func<RawConnection, Task> serve) => new(serve);

    /// <summary>Reads one request from each connection, sends <paramref name="answer"/> and closes it.</summary>
    public static RawUpstream Start(string answer) => new(async connection =>
    {
        await connection.ReadMessageAsync();
        await connection.SendAsync(answer);
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        await _accepting.InTime();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var connection = new RawConnection(await _listener.AcceptTcpClientAsync());
                _connections.Add(connection);
                serving.Add(ServeAsync(connection));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(RawConnection connection)
    {
        using (connection)
        {
            try
            {
                await _serve(connection);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
            {
                // The client broke off.
            }
        }
    }
}
