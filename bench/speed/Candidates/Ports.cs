using System.Net;
using System.Net.Sockets;

namespace ClaudeProxy.Speed.Candidates;

/// <summary>Ports to listen on. Thread-safe.</summary>
internal static class Ports
{
    // Below those that the kernel gives to connections: a load has thousands, and one of them could take the port before the candidate does.
    private const int First = 20_000, Count = 10_000;

    private static int s_next = Environment.ProcessId;

    /// <summary>A port that nobody listens on, another one each time.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref s_next) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // the next one
            }
        }
    }
}
