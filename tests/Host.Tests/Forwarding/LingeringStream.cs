namespace ClaudeProxy.Tests.Forwarding;

/// <summary>A connection that takes its time over each write, may fail at one, and then still reads what it was given: as a socket does.</summary>
/// <param name="fill">What every byte must be.</param>
/// <param name="failsAt">The number of the write that fails, from 0.</param>
internal sealed class LingeringStream(byte fill, int failsAt) : WriteOnlyStream
{
    private ReadOnlyMemory<byte> _lastGiven;
    private int _writes;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < 20; i++)
        {
            AssertIntact(buffer);
            await Task.Yield();
        }

        if (_writes++ == failsAt)
        {
            _lastGiven = buffer;
            throw new IOException("The connection is lost.");
        }
    }

    /// <summary>Reads what the failed write was given some more times.</summary>
    public async Task StillReadsWhatItWasGivenAsync()
    {
        for (var i = 0; i < 100; i++)
        {
            AssertIntact(_lastGiven);
            await Task.Yield();
        }
    }

    private void AssertIntact(ReadOnlyMemory<byte> memory) => Assert.False(memory.Span.ContainsAnyExcept(fill), "The memory was given to somebody else.");
}
