using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>Disposes an extension once its owner has let go of it and no stuck call is left in it. Thread-safe.</summary>
/// <remarks>Disposing is foreign code too: it may throw, or never end.</remarks>
internal sealed class ExtensionLifetime(string name, object extension, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_disposeLimit = TimeSpan.FromSeconds(5);

    // The owner, and each stuck call.
    private int _holders = 1;
    private int _isReleased;

    /// <summary>Whether a call has overrun its time and not returned yet.</summary>
    public bool HasStuckCalls => Volatile.Read(ref _holders) > 1;

    /// <summary>A call has overrun: it holds the extension until <see cref="Return"/>.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>A call that had overrun is back.</summary>
    public void Return()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            // Nobody is left to await it; it ends within its limit and reports its own faults.
            _ = DisposeExtensionAsync();
        }
    }

    /// <summary>The owner lets go.</summary>
    public ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _isReleased, 1) == 0 && Interlocked.Decrement(ref _holders) == 0
            ? new ValueTask(DisposeExtensionAsync())
            : ValueTask.CompletedTask;

    private async Task DisposeExtensionAsync()
    {
        try
        {
            await Task.Run(DisposeOnPoolAsync).WaitAsync(s_disposeLimit, timeProvider);
        }
        catch (Exception exception)
        {
            logger.NotDisposed(name, ExceptionText.Of(exception));
        }
    }

    private async Task DisposeOnPoolAsync()
    {
        if (extension is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else
        {
            (extension as IDisposable)?.Dispose();
        }
    }
}
