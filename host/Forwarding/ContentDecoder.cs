using ClaudeProxy.Usage;

namespace ClaudeProxy.Forwarding;

/// <summary>Decompresses content while its bytes pass by, in bounded time and memory. For one thread at a time. Dispose it.</summary>
internal sealed class ContentDecoder : IDisposable
{
    private const int PartSize = 4096;

    /// <summary>More than any message has; a few bytes may hold a million times as much.</summary>
    private const int MostDecoded = 32 * 1024 * 1024;

    private readonly PassingStream _passing;
    private readonly Stream _content;
    private readonly byte[] _part = new byte[PartSize];
    private int _left = MostDecoded;

    private ContentDecoder(PassingStream passing, Stream content) => (_passing, _content) = (passing, content);

    /// <summary>Decodes content that is compressed with <paramref name="coding"/>; <see langword="null"/> if that is not known.</summary>
    public static ContentDecoder? TryCreate(string coding)
    {
        var passing = new PassingStream();
        return ContentCoding.Open(coding, passing) is { } content ? new ContentDecoder(passing, content) : null;
    }

    /// <summary>Shows <paramref name="reader"/> what is in the next bytes. Nothing more if the content is broken, or too long.</summary>
    public void Feed(ReadOnlyMemory<byte> bytes, UsageReader reader)
    {
        _passing.Bytes = bytes;
        try
        {
            while (_left > 0 && _content.Read(_part) is > 0 and var count)
            {
                reader.Feed(_part.AsSpan(0, count));
                _left -= count;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException)
        {
            _left = 0;
        }

        // They are the relay's, and only lent.
        _passing.Bytes = default;
    }

    /// <inheritdoc />
    public void Dispose() => _content.Dispose();

    /// <summary>Has bytes for as long as some pass by. Between two lots of them it is at its end, as far as anybody can tell.</summary>
    private sealed class PassingStream : Stream
    {
        public ReadOnlyMemory<byte> Bytes { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, Bytes.Length);
            Bytes.Span[..count].CopyTo(buffer);
            Bytes = Bytes[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
