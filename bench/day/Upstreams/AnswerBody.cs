namespace ClaudeProxy.Day.Upstreams;

/// <summary>An answer's body in two parts: the first is there at once, the second after a while.</summary>
internal sealed class AnswerBody(byte[] first, byte[] second, TimeSpan between, TimeProvider timeProvider) : Stream
{
    private readonly long _since = timeProvider.GetTimestamp();
    private int _position;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position < first.Length)
        {
            return Copy(first.AsMemory(_position), buffer);
        }

        if (between - timeProvider.GetElapsedTime(_since) is { } left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, timeProvider, cancellationToken);
        }

        return Copy(second.AsMemory(_position - first.Length), buffer);
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Copy(ReadOnlyMemory<byte> part, Memory<byte> buffer)
    {
        var count = Math.Min(part.Length, buffer.Length);
        part[..count].CopyTo(buffer);
        _position += count;
        return count;
    }
}
