using System.Net;
using System.Net.Sockets;
using System.Text;
using ClaudeProxy.Accounts;

namespace ClaudeProxy.Forwarding;

/// <summary>Makes the connections to one upstream.</summary>
internal static class UpstreamHandler
{
    /// <summary>A connection is left after so long, so that changes of DNS are seen; requests on it end undisturbed.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Below the 60 to 120 seconds after which servers close idle connections.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(55);

    /// <summary>Long enough for a server that answers at once, short beside one that does not know <c>100-continue</c>.</summary>
    private static readonly TimeSpan s_continue = TimeSpan.FromMilliseconds(20);

    /// <summary>An unanswered keep-alive shows a dead connection after 15 + 3 x 5 seconds; unacknowledged data after 15.</summary>
    private const int KeepAliveSeconds = 15, KeepAliveProbeSeconds = 5, KeepAliveProbes = 3, UserTimeoutMs = 15_000;

    /// <summary>A fixed window: what may wait behind a slow client. Windows that grow need pings, which some front ends punish.</summary>
    private const int Http2WindowBytes = 256 * 1024;

    /// <summary>A handler for <paramref name="upstream"/> that gives up connecting after <paramref name="connectTimeout"/>.</summary>
    public static SocketsHttpHandler Create(UpstreamKey upstream, TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        Proxy = ProxyFor(upstream.EgressProxy),
        UseProxy = upstream.EgressProxy is not null,
        ConnectTimeout = connectTimeout,
        ConnectCallback = ConnectAsync,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = Http2WindowBytes,
        KeepAlivePingDelay = TimeSpan.FromSeconds(KeepAliveSeconds),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionLifetime = s_lifetime,
        PooledConnectionIdleTimeout = s_idle,
        Expect100ContinueTimeout = s_continue,
        // An answer that is given up is given up at once: the upstream must not go on to write it.
        MaxResponseDrainSize = 0,
        // What passes as bytes on one side passes as bytes on the other.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    };

    private static WebProxy? ProxyFor(EgressProxy? proxy) => proxy is null
        ? null
        : new WebProxy(proxy.Address)
        {
            Credentials = proxy.UserName is null ? null : new NetworkCredential(proxy.UserName, proxy.Password?.Reveal()),
        };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveProbeSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            if (OperatingSystem.IsLinux())
            {
                SetUserTimeout(socket);
            }

            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>TCP_USER_TIMEOUT: without it a connection that a firewall silently drops fails every request for minutes.</summary>
    private static void SetUserTimeout(Socket socket)
    {
        const int IpProtoTcp = 6, TcpUserTimeout = 18;
        socket.SetRawSocketOption(IpProtoTcp, TcpUserTimeout, BitConverter.GetBytes(UserTimeoutMs));
    }
}
