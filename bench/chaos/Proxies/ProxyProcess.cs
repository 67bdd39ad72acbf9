using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ClaudeProxy.Chaos.Proxies;

/// <summary>A proxy as a process of its own, in a folder of its own.</summary>
internal sealed class ProxyProcess : IProxy
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _folder;

    private ProxyProcess(string name, Uri address, Process process, string folder) =>
        (Name, Address, _process, _folder) = (name, address, process, folder);

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public Uri Address { get; }

    /// <summary>Starts a program and waits until it listens.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="program">The program.</param>
    /// <param name="configure">Given a folder and the port to listen on, writes the configuration and gives the arguments.</param>
    /// <param name="timeProvider">The time to wait by.</param>
    public static async Task<ProxyProcess> StartAsync(string name, string program, Func<string, int, string[]> configure, TimeProvider timeProvider)
    {
        var folder = Directory.CreateTempSubdirectory("chaos-").FullName;
        var port = FreePort();
        var log = Path.Combine(folder, "output.log");

        // By a shell, so that what it prints goes to a file and to nobody's pipe.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >\"$log\" 2>&1");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(log);
        start.ArgumentList.Add(program);
        foreach (var argument in configure(folder, port))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["XDG_STATE_HOME"] = folder;
        var proxy = new ProxyProcess(name, new Uri($"http://127.0.0.1:{port}"), Process.Start(start)!, folder);
        try
        {
            await proxy.ListensAsync(timeProvider).ConfigureAwait(false);
            return proxy;
        }
        catch
        {
            var said = File.Exists(log) ? await File.ReadAllTextAsync(log).ConfigureAwait(false) : "";
            await proxy.DisposeAsync().ConfigureAwait(false);
            throw new InvalidOperationException($"{name} does not start: {said}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ListensAsync(TimeProvider timeProvider)
    {
        var began = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Address.Port).ConfigureAwait(false);
                return;
            }
            catch (SocketException) when (!_process.HasExited && timeProvider.GetElapsedTime(began) < s_patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), timeProvider).ConfigureAwait(false);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
