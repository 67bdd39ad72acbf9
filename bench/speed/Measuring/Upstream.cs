using System.Diagnostics;
using System.Globalization;

namespace ClaudeProxy.Speed.Measuring;

/// <summary>The native upstream, running. Dispose it to end it.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly Process _process;

    private Upstream(Process process, int[] ports) => (_process, Port, ResettingPort, OverloadedPort) = (process, ports[0], ports[1], ports[2]);

    /// <summary>Where it serves.</summary>
    public int Port { get; }

    /// <summary>Where it resets what it has read.</summary>
    public int ResettingPort { get; }

    /// <summary>Where it is overloaded.</summary>
    public int OverloadedPort { get; }

    /// <summary>Starts it on a core.</summary>
    public static async Task<Upstream> StartAsync(string program, int core, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), program]) { RedirectStandardOutput = true })!;
        var ports = new int[3];
        for (var i = 0; i < ports.Length; i++)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The upstream does not start.");
            ports[i] = int.Parse(line, CultureInfo.InvariantCulture);
        }

        return new Upstream(process, ports);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
