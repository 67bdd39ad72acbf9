using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ClaudeProxy.Chaos.Faults;

namespace ClaudeProxy.Chaos.Upstreams;

/// <summary>One simulated upstream: a port where the key tells the account, as the API has it, and one port for each account, for proxies that know
/// addresses only. Thread-safe.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, bool> _connections = new();
    private readonly CancellationTokenSource _end = new();
    private readonly UpstreamContext _context;
    private readonly List<Socket> _listeners = [];
    private readonly int[] _ports;

    private Upstream(UpstreamContext context, int[] ports) => (_context, _ports) = (context, ports);

    /// <summary>The port where the key tells the account.</summary>
    public int Port => _ports[0];

    /// <summary>The ports of the accounts.</summary>
    public IReadOnlyList<int> AccountPorts => _ports[1..];

    /// <summary>Starts to listen.</summary>
    public static Upstream Start(UpstreamContext context, int accounts)
    {
        var upstream = new Upstream(context, [.. Enumerable.Range(0, accounts + 1).Select(_ => FreePort())]);
        upstream.Accept();
        return upstream;
    }

    /// <summary>Lets connections be refused and accepted as the schedule says, until the run ends.</summary>
    public async Task FollowAsync(IEnumerable<Fault> faults, CancellationToken cancellationToken)
    {
        foreach (var fault in faults.Where(fault => fault.Kind == FaultKind.Refused && fault.Upstream == _context.Index).OrderBy(fault => fault.From))
        {
            await _context.Clock.UntilAsync(fault.From, cancellationToken).ConfigureAwait(false);
            Refuse();
            await _context.Clock.UntilAsync(fault.To, cancellationToken).ConfigureAwait(false);
            Accept();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        Refuse();
        _end.Dispose();
    }

    private void Refuse()
    {
        _listeners.ForEach(listener => listener.Dispose());
        _listeners.Clear();
        foreach (var connection in _connections.Keys)
        {
            Reset(connection);
        }
    }

    private void Accept()
    {
        for (var i = 0; i < _ports.Length; i++)
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, _ports[i]));
            listener.Listen(512);
            _listeners.Add(listener);
            _ = AcceptAsync(listener, i == 0 ? null : i - 1);
        }
    }

    private async Task AcceptAsync(Socket listener, int? account)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_end.Token).ConfigureAwait(false);
                _ = ServeAsync(socket, account);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It does not listen any more.
        }
    }

    private async Task ServeAsync(Socket socket, int? account)
    {
        _connections.TryAdd(socket, true);
        try
        {
            socket.NoDelay = true;
            using var stream = new NetworkStream(socket);
            await new UpstreamConnection(_context, stream, account).RunAsync(_end.Token).ConfigureAwait(false);
        }
        catch (ResetException)
        {
            Reset(socket);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The proxy has left, or the upstream stopped.
        }
        finally
        {
            _connections.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    /// <summary>Below the ports that outgoing connections take: while nobody listens, nobody else may take it.</summary>
    private static int FreePort()
    {
        for (var port = Interlocked.Increment(ref s_lastPort); ; port = Interlocked.Increment(ref s_lastPort))
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    private static int s_lastPort = 20_000 + (Environment.ProcessId % 10_000);
}
