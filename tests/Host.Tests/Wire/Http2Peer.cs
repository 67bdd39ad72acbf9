using System.Buffers.Binary;
using System.Text;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>Just enough of the server's side of an HTTP/2 connection to misbehave (RFC 9113).</summary>
internal sealed class Http2Peer
{
    private const byte Data = 0, Headers = 1, Settings = 4, Goaway = 7;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;
    private const byte IndexedStatus200 = 0x88;

    private readonly Stream _stream;
    private int _request;

    private Http2Peer(Stream stream) => _stream = stream;

    /// <summary>Reads the client's preface and sends ours.</summary>
    public static async Task<Http2Peer> AcceptAsync(Stream stream)
    {
        await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length]).AsTask().InTime();
        var peer = new Http2Peer(stream);
        await peer.SendAsync(Settings, 0, 0, []);
        return peer;
    }

    /// <summary>Reads frames to the end of a request, and gives its body.</summary>
    public async Task<string> ReadRequestBodyAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            var head = new byte[9];
            await _stream.ReadExactlyAsync(head).AsTask().InTime("reading a frame");
            var (type, flags, stream) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await _stream.ReadExactlyAsync(payload).AsTask().InTime("reading a frame");
            switch (type)
            {
                case Settings when (flags & Ack) == 0:
                    await SendAsync(Settings, Ack, 0, []);
                    break;
                case Headers:
                    _request = stream;
                    break;
                case Data:
                    body.Append(Encoding.UTF8.GetString(payload));
                    break;
            }

            if (type is Headers or Data && (flags & EndStream) != 0)
            {
                return body.ToString();
            }
        }
    }

    /// <summary>Says that streams above <paramref name="lastStream"/> were not looked at, and that no more are.</summary>
    public Task SendGoawayAsync(int lastStream)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStream);
        return SendAsync(Goaway, 0, 0, payload);
    }

    /// <summary>Answers the request with 200 and no body.</summary>
    public Task SendEmptyOkAsync() => SendAsync(Headers, EndHeaders | EndStream, _request, [IndexedStatus200]);

    private Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[2] = (byte)payload.Length;
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return _stream.WriteAsync(frame).AsTask().InTime();
    }
}
