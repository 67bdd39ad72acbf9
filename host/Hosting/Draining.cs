namespace ClaudeProxy.Hosting;

/// <summary>Counts the requests in flight, and tells them when the program stops. Thread-safe.</summary>
internal sealed class Draining : IDisposable
{
    private readonly CancellationTokenSource _deadline = new();
    private int _inFlight;

    /// <summary>Whether the program is stopping: not ready, but finishing what it has begun.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Fires when streams can be waited for no longer.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>Requests in flight.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Counts a request until the result is disposed.</summary>
    public Request Enter()
    {
        Interlocked.Increment(ref _inFlight);
        return new Request(this);
    }

    /// <summary>From now on the program is not ready.</summary>
    public void Begin() => HasBegun = true;

    /// <summary>Ends what is still in flight.</summary>
    public void Expire() => _deadline.Cancel();

    /// <inheritdoc />
    public void Dispose() => _deadline.Dispose();

    /// <summary>One request in flight.</summary>
    public readonly struct Request(Draining owner) : IDisposable
    {
        /// <inheritdoc />
        public void Dispose() => Interlocked.Decrement(ref owner._inFlight);
    }
}
