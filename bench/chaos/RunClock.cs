namespace ClaudeProxy.Chaos;

/// <summary>Time since the begin of a run. Thread-safe.</summary>
internal sealed class RunClock(TimeProvider timeProvider)
{
    private readonly long _began = timeProvider.GetTimestamp();

    /// <summary>So long has it run.</summary>
    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_began);

    /// <summary>The time that it runs by.</summary>
    public TimeProvider TimeProvider => timeProvider;

    /// <summary>Waits until the run is that old.</summary>
    public Task UntilAsync(TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var wait = elapsed - Elapsed;
        return wait > TimeSpan.Zero ? Task.Delay(wait, timeProvider, cancellationToken) : Task.CompletedTask;
    }
}
