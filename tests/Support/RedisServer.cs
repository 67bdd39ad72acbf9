using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClaudeProxy.Tests.Support;

/// <summary>A real Redis server of a test's own, on a free port, that keeps nothing on disk.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redis-").FullName;
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(int port, string[] arguments) => (Port, _arguments) = (port, arguments);

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Its port for TLS, or 0 if it has none.</summary>
    public int TlsPort { get; private init; }

    /// <summary>Host and port.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>A server that has yet to start.</summary>
    /// <param name="arguments">Further arguments of <c>redis-server</c>, such as <c>--requirepass</c> and a password.</param>
    public static RedisServer Prepare(params string[] arguments) => new(FreePort(), arguments);

    /// <summary>A server that runs.</summary>
    /// <param name="arguments">Further arguments of <c>redis-server</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = Prepare(arguments);
        await server.RunAsync();
        return server;
    }

    /// <summary>A server that runs, and speaks TLS on <see cref="TlsPort"/> too.</summary>
    /// <param name="certificate">Path of its certificate, PEM.</param>
    /// <param name="key">Path of its key, PEM.</param>
    public static async Task<RedisServer> StartWithTlsAsync(string certificate, string key)
    {
        var port = FreePort();
        string[] arguments = ["--tls-port", port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"];
        var server = new RedisServer(FreePort(), arguments) { TlsPort = port };
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts it, empty, and waits until it accepts connections.</summary>
    public async Task RunAsync()
    {
        var start = new ProcessStartInfo("redis-server")
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        string[] own = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        foreach (var argument in (string[])[.. own, .. _arguments])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        await Eventually.HoldsAsync(Accepts, $"Redis accepts connections on port {Port}");
    }

    /// <summary>Ends it at once, and all it held with it.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().InTime();
        _process.Dispose();
        _process = null;
    }

    /// <summary>A client of it.</summary>
    public Task<RedisClient> ConnectAsync() => RedisClient.ConnectAsync(Port);

    /// <summary>Runs one command over a connection of its own, and gives its answer.</summary>
    public async Task<object?> ExecuteAsync(params string[] command)
    {
        await using var client = await ConnectAsync();
        return await client.ExecuteAsync(command);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private bool Accepts()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"redis-server ended with {_process.ExitCode}.");
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
