using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClaudeProxy.Tests.Support;

/// <summary>Speaks to Redis as plainly as can be: sends a command, reads its answer. For one thread.</summary>
public sealed class RedisClient : IAsyncDisposable
{
    private readonly TcpClient _connection;
    private readonly BufferedStream _stream;

    private RedisClient(TcpClient connection) => (_connection, _stream) = (connection, new BufferedStream(connection.GetStream()));

    /// <summary>Connects to a server on 127.0.0.1.</summary>
    public static async Task<RedisClient> ConnectAsync(int port)
    {
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, port).InTime();
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        return new RedisClient(connection);
    }

    /// <summary>Runs a command. Its answer is a text, a number, a list of answers, or null.</summary>
    public async Task<object?> ExecuteAsync(params string[] command) => (await ExecuteAllAsync([command]))[0];

    /// <summary>Runs commands, all of which are sent before the first answer is read.</summary>
    public async Task<IReadOnlyList<object?>> ExecuteAllAsync(IReadOnlyCollection<string[]> commands)
    {
        var request = new StringBuilder();
        foreach (var command in commands)
        {
            request.Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
            foreach (var part in command)
            {
                request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
            }
        }

        var sending = _connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request.ToString())).AsTask();
        var answers = new List<object?>();
        for (var i = 0; i < commands.Count; i++)
        {
            answers.Add(await ReadAsync().InTime());
        }

        await sending.InTime();
        return answers;
    }

    /// <summary>One line as the server sent it: after <c>MONITOR</c>, one command that it was sent.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken = default)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            await _stream.ReadExactlyAsync(one, cancellationToken);
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line[..^2]]);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _connection.Dispose();
    }

    private async Task<object?> ReadAsync()
    {
        var line = await ReadLineAsync();
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case ':':
                return long.Parse(rest, CultureInfo.InvariantCulture);
            case '$' when rest == "-1":
                return null;
            case '$':
                var text = new byte[int.Parse(rest, CultureInfo.InvariantCulture) + 2];
                await _stream.ReadExactlyAsync(text);
                return Encoding.UTF8.GetString(text.AsSpan(..^2));
            case '*':
                var list = new object?[int.Parse(rest, CultureInfo.InvariantCulture)];
                for (var i = 0; i < list.Length; i++)
                {
                    list[i] = await ReadAsync();
                }

                return list;
            default:
                throw new InvalidOperationException($"Redis answers {line}");
        }
    }
}
