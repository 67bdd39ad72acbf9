namespace ClaudeProxy.Forwarding;

/// <summary>Ends an attempt that nobody needs any longer; nobody is to blame for it. Thread-safe.</summary>
internal sealed class AttemptStop
{
    private readonly Lock _lock = new();
    private AttemptClock? _clock;

    /// <summary>Whether the attempt has been ended.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Ends the attempt, now or as soon as it begins.</summary>
    public void Stop()
    {
        AttemptClock? clock;
        lock (_lock)
        {
            IsStopped = true;
            clock = _clock;
        }

        clock?.Cancel();
    }

    /// <summary>From now on <paramref name="clock"/> is the attempt's.</summary>
    public void Attach(AttemptClock clock)
    {
        lock (_lock)
        {
            _clock = clock;
        }

        if (IsStopped)
        {
            clock.Cancel();
        }
    }
}
