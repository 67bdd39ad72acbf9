namespace ClaudeProxy.Hosting;

/// <summary>A part that several generations share; disposed when the last of them lets go of it. Thread-safe.</summary>
/// <remarks>The creator holds the first reference. Whoever is given the part calls <see cref="TryAddReference"/> (or is handed a
/// reference) and later <see cref="Release"/>, once each.</remarks>
internal sealed class Shared<T>(T value)
    where T : class
{
    private int _references = 1;

    /// <summary>The part. Use it only while a reference is held.</summary>
    public T Value { get; } = value;

    /// <summary>Takes one more reference; false if the part is already gone.</summary>
    public bool TryAddReference()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Takes one more reference, where the caller knows that one is held.</summary>
    public Shared<T> AddReference() => TryAddReference() ? this : throw new ObjectDisposedException(typeof(T).Name);

    /// <summary>Gives a reference back; the last one disposes the part, on a thread of the pool: whoever lets go last may be on a socket's
    /// thread, and the part a stranger's code.</summary>
    public ValueTask Release() => Interlocked.Decrement(ref _references) == 0 ? new ValueTask(Task.Run(DisposeAsync)) : ValueTask.CompletedTask;

    private async Task DisposeAsync()
    {
        if (Value is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            (Value as IDisposable)?.Dispose();
        }
    }
}
