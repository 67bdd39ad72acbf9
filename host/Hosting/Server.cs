using System.Net;
using System.Net.Sockets;
using System.Text;
using ClaudeProxy.Configuration;
using ClaudeProxy.Endpoint;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ClaudeProxy.Hosting;

/// <summary>The HTTP server, with every limit set on purpose.</summary>
internal static class Server
{
    /// <summary>A server that listens where <paramref name="options"/> say.</summary>
    public static KestrelServer Create(ProxyOptions options, ILoggerFactory loggers)
    {
        // A line that ends in a bare LF is refused: peers disagree on it, and smuggling lives on that.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var kestrel = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };

        // What passes as bytes on one side passes as bytes on the other.
        var connection = new ConnectionHeaderEncoding();
        kestrel.RequestHeaderEncodingSelector = name => name.Equals("Connection", StringComparison.OrdinalIgnoreCase) ? connection : Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        SetLimits(kestrel.Limits);
        Listen(kestrel, options);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), loggers);
        return new KestrelServer(Options.Create(kestrel), transport, loggers);
    }

    private static void SetLimits(KestrelServerLimits limits)
    {
        // Bodies are limited where they are read, with an answer in the API's form.
        limits.MaxRequestBodySize = null;

        // A slow sender of headers holds a connection for nothing. nginx: client_header_timeout 60 s; HAProxy advises 10.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);

        // Claude Code pauses between turns for as long as its user thinks; a new connection costs it little.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(3);

        // A body at less than 240 bytes a second for 10 seconds is an attack, or as good as lost. Kestrel's default, with more grace.
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(10));

        // A client that reads less than 2 KiB a second for 30 seconds holds memory here and tokens upstream.
        limits.MinResponseDataRate = new MinDataRate(2048, TimeSpan.FromSeconds(30));

        // anthropic-beta grows with every feature. nginx: large_client_header_buffers 4 x 8 KiB.
        limits.MaxRequestHeadersTotalSize = 64 * 1024;
        limits.MaxRequestHeaderCount = 200;
        limits.MaxRequestLineSize = 16 * 1024;

        // Many more than a team opens; fewer than file descriptors run out at.
        limits.MaxConcurrentConnections = 20_000;
    }

    private static void Listen(KestrelServerOptions kestrel, ProxyOptions options)
    {
        if (options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && options.Port != 0)
        {
            kestrel.ListenLocalhost(options.Port, static listen => listen.Protocols = HttpProtocols.Http1);
            return;
        }

        var address = IPAddress.TryParse(options.Host, out var parsed) ? parsed : IPAddress.Loopback;
        kestrel.Listen(address, options.Port, static listen => listen.Protocols = HttpProtocols.Http1);
    }

    /// <summary>Whether <paramref name="exception"/> says that the address cannot be listened on, and how.</summary>
    public static bool CannotListen(Exception exception, ProxyOptions options, out string sentence)
    {
        var isTaken = exception is IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException };
        var isForbidden = exception is SocketException || exception.InnerException is SocketException;
        sentence = isTaken
            ? $"port is {options.Port}, and another program listens there already; stop it, or choose another port (--port, PORT, or port in the configuration)."
            : $"host is {options.Host} and port is {options.Port}; this machine does not let the program listen there. Choose another host or port.";
        return isTaken || isForbidden;
    }
}
