using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>An egress proxy, HTTP or SOCKS 5, that may ask for a user and a password.</summary>
internal sealed class TinyEgressProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly TcpServer _server;
    private readonly string _scheme;
    private readonly string? _login;

    private TinyEgressProxy(string scheme, string? login)
    {
        (_scheme, _login) = (scheme, login);
        _server = TcpServer.Start((stream, _) => scheme == "http" ? ServeHttpAsync(stream) : ServeSocksAsync(stream));
    }

    /// <summary>What it was asked for and served: the authority of an upstream, each time.</summary>
    public IReadOnlyList<string> Served => [.. _seen];

    /// <summary>Its address without a login.</summary>
    public string Address => $"{_scheme}://127.0.0.1:{_server.Port}";

    /// <summary>Starts one.</summary>
    /// <param name="scheme"><c>http</c> or <c>socks5</c>.</param>
    /// <param name="login">The <c>user:password</c> it asks for, or <see langword="null"/>.</param>
    public static TinyEgressProxy Start(string scheme, string? login = null) => new(scheme, login);

    /// <summary>Its address with a login, as a configuration writes it.</summary>
    public string AddressFor(string? login) => login is null ? Address : $"{_scheme}://{login}@127.0.0.1:{_server.Port}";

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeHttpAsync(NetworkStream client)
    {
        while (true)
        {
            var head = new RawMessage(await TcpServer.ReadHeadAsync(client), "");
            var expected = _login is null ? null : "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(_login));
            if (expected is not null && head.Header("proxy-authorization") != expected)
            {
                await client.ReadExactlyAsync(new byte[int.Parse(head.Header("content-length") ?? "0", System.Globalization.CultureInfo.InvariantCulture)]).AsTask().InTime();
                await TcpServer.SendAsync(client, "HTTP/1.1 407 Who are you\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n");
                continue;
            }

            if (head.StartLine.StartsWith("CONNECT", StringComparison.Ordinal))
            {
                _seen.Enqueue(head.StartLine);
                await TcpServer.SendAsync(client, "HTTP/1.1 403 Not through here\r\ncontent-length: 0\r\n\r\n");
                return;
            }

            await ForwardAsync(client, head);
            return;
        }
    }

    private async Task ForwardAsync(NetworkStream client, RawMessage head)
    {
        var parts = head.StartLine.Split(' ');
        var target = new Uri(parts[1]);
        _seen.Enqueue(target.Authority);
        using var upstream = new TcpClient(target.Host, target.Port);
        var lines = head.Head.Split("\r\n").Skip(1).Where(line => !line.StartsWith("proxy-", StringComparison.OrdinalIgnoreCase));
        await TcpServer.SendAsync(upstream.GetStream(), $"{parts[0]} {target.PathAndQuery} HTTP/1.1\r\nconnection: close\r\n{string.Join("\r\n", lines)}");
        await RelayAsync(client, upstream.GetStream());
    }

    private async Task ServeSocksAsync(NetworkStream client)
    {
        const byte Version = 5, NoLogin = 0, UserAndPassword = 2, IPv4 = 1, IPv6 = 4;
        var greeting = await ReadAsync(client, 2);
        var methods = await ReadAsync(client, greeting[1]);
        var method = _login is null ? NoLogin : UserAndPassword;
        if (!methods.Contains(method))
        {
            await client.WriteAsync(new byte[] { Version, 0xFF });
            return;
        }

        await client.WriteAsync(new[] { Version, method });
        if (_login is not null && !await IsWelcomeAsync(client))
        {
            return;
        }

        var request = await ReadAsync(client, 4);
        var host = request[3] switch
        {
            IPv4 => new System.Net.IPAddress(await ReadAsync(client, 4)).ToString(),
            IPv6 => new System.Net.IPAddress(await ReadAsync(client, 16)).ToString(),
            _ => Encoding.ASCII.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0])),
        };
        var port = await ReadAsync(client, 2);
        using var upstream = new TcpClient(host, (port[0] << 8) | port[1]);
        _seen.Enqueue($"{host}:{(port[0] << 8) | port[1]}");
        await client.WriteAsync(new byte[] { Version, 0, 0, IPv4, 0, 0, 0, 0, 0, 0 });
        await RelayAsync(client, upstream.GetStream());
    }

    private async Task<bool> IsWelcomeAsync(NetworkStream client)
    {
        await ReadAsync(client, 1);
        var user = Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0]));
        var password = Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0]));
        var isWelcome = $"{user}:{password}" == _login;
        await client.WriteAsync(new byte[] { 1, (byte)(isWelcome ? 0 : 1) });
        return isWelcome;
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().InTime();
        return bytes;
    }

    private static async Task RelayAsync(NetworkStream client, NetworkStream upstream) =>
        await await Task.WhenAny(client.CopyToAsync(upstream), upstream.CopyToAsync(client)).InTime();
}
