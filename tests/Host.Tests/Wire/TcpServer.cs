using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>A server below HTTP, for peers that read or leave what they like.</summary>
internal sealed class TcpServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _disposing = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Func<NetworkStream, int, Task> _serve;
    private readonly Task _accepting;
    private int _connections;

    private TcpServer(Func<NetworkStream, int, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The address, as that of a web server.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Serves each connection, and then closes it.</summary>
    /// <param name="serve">Given the connection and its number, beginning with 1.</param>
    public static TcpServer Start(Func<NetworkStream, int, Task> serve) => new(serve);

    /// <summary>Reads a head, up to and including the empty line; what comes behind it stays unread.</summary>
    /// <exception cref="EndOfStreamException">The other end closed the connection before.</exception>
    public static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one).AsTask().InTime("reading a head");
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Sends text, a byte for each character.</summary>
    public static Task SendAsync(Stream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().InTime();

    /// <summary>Reads until the other end closes the connection.</summary>
    public static Task DrainAsync(Stream stream) => stream.CopyToAsync(Stream.Null).InTime("reading to the end");

    /// <summary>Sends no more, and closes once the other end has: what it still sends must not turn the answer on its way into a reset.</summary>
    public static Task EndAsync(NetworkStream stream)
    {
        stream.Socket.Shutdown(SocketShutdown.Send);
        return DrainAsync(stream);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _accepting.InTime();
        await Task.WhenAll(_serving).InTime();
        _listener.Dispose();
        _disposing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_disposing.Token);
                _serving.Add(ServeAsync(client, Interlocked.Increment(ref _connections)));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        await Task.Yield();
        using (client)
        using (_disposing.Token.Register(client.Dispose))
        {
            try
            {
                client.NoDelay = true;
                await _serve(client.GetStream(), number);
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
            {
                // The client broke off, or the connection was closed under it (InvalidOperationException).
            }
        }
    }
}
