using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>The generation that new requests run on, and the end of those before it. Thread-safe.</summary>
internal sealed class CurrentGeneration(Shared<Generation> first, ILogger<CurrentGeneration> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _endings = new();
    private volatile Shared<Generation>? _current = first;

    /// <summary>A reference to the present generation; give it back with <see cref="Return"/> at the commit.</summary>
    /// <exception cref="ObjectDisposedException">The proxy has ended.</exception>
    public Shared<Generation> Rent() => TryRent() ?? throw new ObjectDisposedException(nameof(CurrentGeneration));

    /// <summary>The same; <see langword="null"/> when the proxy has ended.</summary>
    public Shared<Generation>? TryRent()
    {
        while (_current is { } generation)
        {
            if (generation.TryAddReference())
            {
                return generation;
            }
        }

        return null;
    }

    /// <summary>Gives a reference back. What that may dispose is not waited for: no request pays for a plugin that is slow to end.</summary>
    public void Return(Shared<Generation> generation)
    {
        var released = generation.Release();
        if (released.IsCompletedSuccessfully)
        {
            return;
        }

        var ending = EndAsync(released);
        _endings.TryAdd(ending, true);
        _ = ending.ContinueWith(
            done => _endings.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Makes <paramref name="next"/> current. The one before ends with the last request that runs on it.</summary>
    public void Swap(Shared<Generation> next)
    {
        if (Interlocked.Exchange(ref _current, next) is { } before)
        {
            Return(before);
        }
    }

    /// <summary>Ends the present generation, and waits for those before it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _current, null) is { } last)
        {
            Return(last);
        }

        await Task.WhenAll(_endings.Keys).ConfigureAwait(false);
    }

    private async Task EndAsync(ValueTask released)
    {
        try
        {
            await released.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Unloading runs the plugins' own code too: whatever it throws ends here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.GenerationNotDisposed(exception);
        }
    }
}
