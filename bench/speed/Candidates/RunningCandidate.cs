using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed.Candidates;

/// <summary>A candidate as a process of its own, on a core of its own, in a folder of its own. Dispose it to end it.</summary>
internal sealed class RunningCandidate : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _folder;

    private RunningCandidate(int port, Process process, string folder) =>
        (Port, _process, _folder, Processes) = (port, process, folder, new ProcessTree(process.Id));

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Its processes.</summary>
    public ProcessTree Processes { get; }

    /// <summary>Starts a candidate on a core and waits until it listens.</summary>
    public static async Task<RunningCandidate> StartAsync(
        ICandidate candidate, Wanted wanted, int core, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("speed-").FullName;
        var port = Ports.Free();
        var launch = candidate.Prepare(new Setup(folder, port, wanted));
        var running = new RunningCandidate(port, Process.Start(StartOf(launch, folder, core))!, folder);
        try
        {
            await running.ListensAsync(timeProvider, cancellationToken);
            return running;
        }
        catch (SocketException)
        {
            var said = await File.ReadAllTextAsync(OutputOf(folder), cancellationToken);
            await running.DisposeAsync();
            throw new InvalidOperationException($"{candidate.Name} does not start: {said.Trim().Split('\n')[^1]}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // By a shell, so that what it prints goes to a file and to nobody's pipe; which replaces itself, so that the process is the candidate.
    private static ProcessStartInfo StartOf(Launch launch, string folder, int core)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec taskset -c \"$@\" >\"$log\" 2>&1", "sh", OutputOf(folder)]) { WorkingDirectory = folder };
        foreach (var argument in launch.Arguments.Prepend(launch.Program).Prepend(core.ToString(CultureInfo.InvariantCulture)))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task ListensAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return;
            }
            catch (SocketException) when (!_process.HasExited && timeProvider.GetElapsedTime(began) < s_patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), timeProvider, cancellationToken);
            }
        }
    }

    private static string OutputOf(string folder) => Path.Combine(folder, "output.log");
}
