using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace ClaudeProxy.Tests.Support;

/// <summary>One end of a TCP connection over which a test sends and reads bytes as they are.</summary>
/// <remarks>Texts are Latin-1: a character for each byte.</remarks>
public sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly List<byte> _unread = [];

    internal RawConnection(TcpClient client)
    {
        _client = client;
        _client.NoDelay = true;
    }

    /// <summary>Sends text.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes.</summary>
    public Task SendAsync(byte[] bytes) => _client.GetStream().WriteAsync(bytes).AsTask().InTime();

    /// <summary>Reads one message: its head, and its body as the head frames it (length, chunks, or none).</summary>
    /// <exception cref="EndOfStreamException">The other end closed the connection before.</exception>
    public async Task<RawMessage> ReadMessageAsync()
    {
        var head = await ReadThroughAsync("\r\n\r\n");
        var message = new RawMessage(head, "");
        if (message.Header("transfer-encoding") is not null)
        {
            return message with { Body = await ReadChunksAsync() };
        }

        return message with { Body = await ReadAsync(int.Parse(message.Header("content-length") ?? "0", CultureInfo.InvariantCulture)) };
    }

    /// <summary>Reads everything until the other end closes the connection.</summary>
    /// <exception cref="IOException">It reset the connection.</exception>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadSomeAsync() > 0)
        {
        }

        return Take(_unread.Count);
    }

    /// <summary>Sends no more, but goes on reading.</summary>
    public void CloseSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    public void Reset() => _client.Client.Close(timeout: 0);

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task<string> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = await ReadThroughAsync("\r\n");
            var size = int.Parse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await ReadAsync(size));
            await ReadAsync("\r\n".Length);
            if (size == 0)
            {
                return body.ToString();
            }
        }
    }

    private async Task<string> ReadThroughAsync(string end)
    {
        while (true)
        {
            var found = Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(_unread)).IndexOf(end, StringComparison.Ordinal);
            if (found >= 0)
            {
                return Take(found + end.Length);
            }

            await FillAsync();
        }
    }

    private async Task<string> ReadAsync(int count)
    {
        while (_unread.Count < count)
        {
            await FillAsync();
        }

        return Take(count);
    }

    private async Task FillAsync()
    {
        if (await ReadSomeAsync() == 0)
        {
            throw new EndOfStreamException($"The connection was closed after: {Take(_unread.Count)}");
        }
    }

    private async Task<int> ReadSomeAsync()
    {
        var buffer = new byte[16 * 1024];
        var count = await _client.GetStream().ReadAsync(buffer).AsTask().InTime("reading from a connection");
        _unread.AddRange(buffer.AsSpan(0, count));
        return count;
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(_unread)[..count]);
        _unread.RemoveRange(0, count);
        return text;
    }
}
