using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed;

/// <summary>What every measurement needs: the upstream, the load, the candidates, and which of them runs on which core.</summary>
internal sealed class Workbench(SpeedOptions options, IReadOnlyList<ICandidate> candidates, Upstream upstream, TimeProvider timeProvider)
{
    /// <summary>The name of the way straight to the upstream.</summary>
    public const string Direct = "direct";

    /// <summary>The core of the candidate.</summary>
    public const int CandidateCore = 0;

    /// <summary>The core of everything else.</summary>
    public const int LoadCore = 1;

    /// <summary>Accounts, unless a case wants others.</summary>
    private const int Accounts = 3;

    /// <summary>How long things are measured.</summary>
    public Pace Pace => options.Pace;

    /// <summary>Starts what a load goes to: a candidate, or <see cref="Direct"/>.</summary>
    public async Task<Target> StartAsync(string name, CancellationToken cancellationToken)
    {
        if (name == Direct)
        {
            return new Target(null, upstream.Port, RunAsync);
        }

        int[] accounts = [.. Enumerable.Repeat(upstream.Port, Accounts)];
        var candidate = candidates.Single(candidate => candidate.Name == name);
        var running = await RunningCandidate.StartAsync(candidate, accounts, CandidateCore, timeProvider, cancellationToken);
        return new Target(running, running.Port, RunAsync);
    }

    private Task<LoadResult> RunAsync(Load load, int port, Action? whenReady, CancellationToken cancellationToken) =>
        load.RunAsync(Path.Combine(options.Native, "load"), LoadCore, port, whenReady, cancellationToken);
}
