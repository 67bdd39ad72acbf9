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

    /// <summary>The upstream.</summary>
    public Upstream Upstream => upstream;

    /// <summary>The time to wait by.</summary>
    public TimeProvider TimeProvider => timeProvider;

    /// <summary>Several accounts of the one upstream.</summary>
    public Wanted Usual => new([.. Enumerable.Repeat(upstream.Port, Accounts)]);

    /// <summary>Finds a candidate by its name.</summary>
    public ICandidate Find(string name) => candidates.Single(candidate => candidate.Name == name);

    /// <summary>Starts what a load goes to: a candidate, or <see cref="Direct"/>.</summary>
    public Task<Subject> StartAsync(string name, CancellationToken cancellationToken) => StartAsync(name, Usual, cancellationToken);

    /// <summary>Starts what a load goes to as a case wants it.</summary>
    public async Task<Subject> StartAsync(string name, Wanted wanted, CancellationToken cancellationToken)
    {
        if (name == Direct)
        {
            return new Subject(null, null, upstream.Port, RunAsync);
        }

        var candidate = Find(name);
        var running = await RunningCandidate.StartAsync(candidate, wanted, CandidateCore, timeProvider, cancellationToken);
        return new Subject(candidate, running, running.Port, RunAsync);
    }

    /// <summary>Measures how long a candidate takes from its start to its first answer.</summary>
    public Task<TimeSpan> MeasureStartAsync(Launch launch, string folder, int port, CancellationToken cancellationToken) =>
        FirstAnswer.MeasureAsync(Path.Combine(options.Native, "start"), launch, folder, port, cancellationToken);

    private Task<LoadResult> RunAsync(Load load, int port, Func<Task>? whenReady, CancellationToken cancellationToken) =>
        load.RunAsync(Path.Combine(options.Native, "load"), LoadCore, port, whenReady, cancellationToken);
}
