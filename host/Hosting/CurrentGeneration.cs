namespace ClaudeProxy.Hosting;

/// <summary>The generation that new requests run on. Thread-safe.</summary>
internal sealed class CurrentGeneration(Shared<Generation> first) : IAsyncDisposable
{
    private volatile Shared<Generation> _current = first;

    /// <summary>A reference to the present generation; give it back with <see cref="Return"/> at the commit.</summary>
    public Shared<Generation> Rent()
    {
        while (true)
        {
            var generation = _current;
            if (generation.TryAddReference())
            {
                return generation;
            }
        }
    }

    /// <summary>Gives a reference back. What that may dispose is not waited for: no request pays for a plugin that is slow to end.</summary>
    public void Return(Shared<Generation> generation)
    {
        var released = generation.Release();
        if (!released.IsCompletedSuccessfully)
        {
            _ = released.AsTask();
        }
    }

    /// <summary>Makes <paramref name="next"/> current. The one before ends with the last request that runs on it.</summary>
    public void Swap(Shared<Generation> next) => Return(Interlocked.Exchange(ref _current, next));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _current.Release();
}
