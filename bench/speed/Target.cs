using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed;

/// <summary>What a load goes to: a candidate, or the upstream itself. Dispose it to end the candidate.</summary>
internal sealed class Target(RunningCandidate? candidate, int port, Func<Load, int, Action?, CancellationToken, Task<LoadResult>> run) : IAsyncDisposable
{
    /// <summary>The candidate's processes; <see langword="null"/> for the upstream itself.</summary>
    public ProcessTree? Processes => candidate?.Processes;

    /// <summary>Runs a load against it.</summary>
    public Task<LoadResult> RunAsync(Load load, CancellationToken cancellationToken) => run(load, port, null, cancellationToken);

    /// <summary>Runs a load against it, and looks at it when every stream has begun.</summary>
    public Task<LoadResult> RunAsync(Load load, Action whenReady, CancellationToken cancellationToken) => run(load, port, whenReady, cancellationToken);

    /// <summary>Runs a load against it and says what CPU time that took.</summary>
    public async Task<(LoadResult Result, TimeSpan Cpu)> MeasureAsync(Load load, CancellationToken cancellationToken)
    {
        var before = Processes?.CpuTime ?? TimeSpan.Zero;
        var result = await RunAsync(load, cancellationToken);
        return (result, (Processes?.CpuTime ?? TimeSpan.Zero) - before);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => candidate?.DisposeAsync() ?? ValueTask.CompletedTask;
}
