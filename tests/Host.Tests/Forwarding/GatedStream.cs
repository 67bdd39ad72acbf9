using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Forwarding;

/// <summary>A connection whose other end takes each write when the test says so.</summary>
internal sealed class GatedStream : WriteOnlyStream
{
    private readonly SemaphoreSlim _writing = new(0);
    private TaskCompletionSource _taken = new();

    /// <summary>Waits until a write waits to be taken.</summary>
    public Task WritingAsync() => _writing.WaitAsync().InTime("a write");

    /// <summary>Takes the write that waits.</summary>
    public void Take() => Renew().SetResult();

    /// <summary>Breaks the connection under the write that waits.</summary>
    public void Fail() => Renew().SetException(new IOException("The connection is lost."));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var taken = _taken.Task;
        _writing.Release();
        await taken;
    }

    protected override void Dispose(bool disposing)
    {
        _writing.Dispose();
        base.Dispose(disposing);
    }

    private TaskCompletionSource Renew() => Interlocked.Exchange(ref _taken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
