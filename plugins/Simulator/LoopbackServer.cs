using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Kestrel on a loopback port of its own, which can refuse connections and come back on the same port. Thread-safe.</summary>
/// <remarks>Bare Kestrel instead of a web application: no environment variable, console or signal of the process reaches it.</remarks>
internal sealed class LoopbackServer : IAsyncDisposable
{
    // A bound socket that does not listen: it keeps the port from everybody else while Kestrel is away, and connecting to it is refused.
    private readonly Socket _reservation = Bind(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly SemaphoreSlim _gate = new(1);
    private readonly RequestDelegate _handler;
    private readonly KestrelServerOptions _options;
    private KestrelServer? _server;
    private bool _disposed;

    private LoopbackServer(RequestDelegate handler, long? maxBodyBytes, HttpProtocols protocols)
    {
        var endpoint = (IPEndPoint)_reservation.LocalEndPoint!;
        Address = new Uri($"http://{endpoint}");
        _handler = handler;
        _options = new KestrelServerOptions { AddServerHeader = false };
        _options.Limits.MaxRequestBodySize = maxBodyBytes;
        _options.Limits.MinRequestBodyDataRate = null;
        _options.Limits.MinResponseDataRate = null;
        _options.Listen(endpoint, listen => listen.Protocols = protocols);
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="handler">Serves each request.</param>
    /// <param name="maxBodyBytes">The longest body that the handler may read, or <see langword="null"/> for no limit.</param>
    /// <param name="protocols">HTTP/1.1, or HTTP/2 with prior knowledge.</param>
    public static async Task<LoopbackServer> StartAsync(
        RequestDelegate handler, long? maxBodyBytes = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var server = new LoopbackServer(handler, maxBodyBytes, protocols);
        await server.AcceptAsync();
        return server;
    }

    /// <summary>Aborts every connection and refuses new ones.</summary>
    public Task RefuseAsync() => ChangeAsync(StopLockedAsync);

    /// <summary>Listens again, after <see cref="RefuseAsync"/>.</summary>
    public Task AcceptAsync() => ChangeAsync(StartLockedAsync);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await ChangeAsync(async () =>
    {
        _disposed = true;
        await StopLockedAsync();
        _reservation.Dispose();
    });

    private async Task ChangeAsync(Func<Task> changeLocked)
    {
        await _gate.WaitAsync();
        try
        {
            await changeLocked();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task StartLockedAsync()
    {
        if (_server is null && !_disposed)
        {
            // With the smallest buffer a write is done when the system has taken it, and no reset overtakes it.
            var transport = new SocketTransportOptions { CreateBoundListenSocket = Bind, MaxWriteBufferSize = 1 };
            _server = new KestrelServer(
                Options.Create(_options),
                new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance),
                NullLoggerFactory.Instance);
            await _server.StartAsync(new Application(_handler), CancellationToken.None);
        }
    }

    private async Task StopLockedAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync(new CancellationToken(canceled: true));
            server.Dispose();
        }
    }

    // On Unix this sets SO_REUSEPORT too, which lets Kestrel's socket and the reservation share the port.
    private static Socket Bind(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Application(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
