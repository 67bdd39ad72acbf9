namespace ClaudeProxy.Forwarding;

/// <summary>The one cancellation of an attempt: it fires when the client leaves, when the time last armed is over, or when it is told to.</summary>
internal sealed class AttemptClock : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _clientLeft;
    private readonly CancellationTokenRegistration _registration;

    /// <summary>Not armed yet.</summary>
    public AttemptClock(CancellationToken clientLeft, TimeProvider timeProvider)
    {
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _clientLeft = clientLeft;
        _registration = clientLeft.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    /// <summary>For everything the attempt awaits.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether it fired, and not because the client has left.</summary>
    public bool HasExpired => _source.IsCancellationRequested && !_clientLeft.IsCancellationRequested;

    /// <summary>Starts the time anew.</summary>
    public void Arm(TimeSpan limit) => _source.CancelAfter(limit);

    /// <summary>Stops the time until it is armed again.</summary>
    public void Disarm() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Ends the attempt now; does nothing if it is over.</summary>
    public void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A body may still be on its way when the attempt has its answer and is over.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
