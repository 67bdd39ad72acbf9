using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed;

/// <summary>What a load goes to: a candidate, or the upstream itself. Dispose it to end the candidate.</summary>
internal sealed class Subject(ICandidate? candidate, RunningCandidate? running, int port, RunLoad run) : IAsyncDisposable
{
    /// <summary>The candidate's processes; <see langword="null"/> for the upstream itself.</summary>
    public ProcessTree? Processes => running?.Processes;

    /// <summary>Runs a load against it.</summary>
    public Task<LoadResult> RunAsync(Load load, CancellationToken cancellationToken) => run(load, port, null, cancellationToken);

    /// <summary>Runs a load against it until it is as fast as it gets.</summary>
    public Task WarmUpAsync(Load load, Pace pace, CancellationToken cancellationToken) =>
        RunAsync(load with { Time = candidate is { CompilesWhileItRuns: true } ? pace.WarmUp : pace.Time }, cancellationToken);

    /// <summary>Runs a load against it, and looks at it when every stream has begun.</summary>
    public Task<LoadResult> RunAsync(Load load, Func<Task> whenReady, CancellationToken cancellationToken) => run(load, port, whenReady, cancellationToken);

    /// <summary>Runs a load against it and says what CPU time that took.</summary>
    public async Task<(LoadResult Result, TimeSpan Cpu)> MeasureAsync(Load load, CancellationToken cancellationToken)
    {
        var before = Processes?.CpuTime ?? TimeSpan.Zero;
        var result = await RunAsync(load, cancellationToken);
        return (result, (Processes?.CpuTime ?? TimeSpan.Zero) - before);
    }

    /// <summary>Lets it forget that an account has failed.</summary>
    public Task ForgetFailuresAsync(CancellationToken cancellationToken) => candidate?.ForgetFailuresAsync(port, cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => running?.DisposeAsync() ?? ValueTask.CompletedTask;
}
