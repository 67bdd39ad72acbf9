using System.Net;
using System.Net.Sockets;

namespace ClaudeProxy.Tests.Support;

/// <summary>An upstream that answers with bytes as they are: for heads and bodies that no server would send.</summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _disposing = new();
    private readonly Func<RawConnection, Task> _serve;
    private readonly Task _accepting;
    private int _connections;

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
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Serves each connection with <paramref name="serve"/>, then closes it.</summary>
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
        await _disposing.CancelAsync();
        await _accepting.InTime();
        _listener.Dispose();
        _disposing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(new RawConnection(await _listener.AcceptTcpClientAsync(_disposing.Token))));
                Interlocked.Increment(ref _connections);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(RawConnection connection)
    {
        using (connection)
        using (_disposing.Token.Register(connection.Dispose))
        {
            try
            {
                await _serve(connection);
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
            {
                // The client broke off, or the connection was closed under it (InvalidOperationException).
            }
        }
    }
}
