using System.Runtime.InteropServices;
using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;
using ClaudeProxy.Hosting;
using ClaudeProxy.Policies;
using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Cli;

/// <summary>Carries out the commands: run, demo and check.</summary>
internal sealed class ProxyActions(TextWriter output, TextWriter error) : ICommandActions
{
    /// <inheritdoc />
    public Task<int> RunAsync(ConfigurationSource source, CancellationToken cancellationToken) => RunAsync(source, onStarted: null, cancellationToken);

    /// <inheritdoc />
    public Task<int> DemoAsync(ConfigurationSource source, CancellationToken cancellationToken) =>
        RunAsync(source, proxy => DemoGuide.Write(output, proxy.Address), cancellationToken);

    /// <inheritdoc />
    public async Task<int> CheckAsync(ConfigurationSource source, CancellationToken cancellationToken)
    {
        using var logs = new LogOutput(new LoggingOptions { Level = Microsoft.Extensions.Logging.LogLevel.Error }, TimeProvider.System);
        var report = await ConfigurationCheck.RunAsync(source, ServicesFor(logs), cancellationToken).ConfigureAwait(false);
        foreach (var line in report.Lines)
        {
            await (report.IsSound ? output : error).WriteLineAsync(line).ConfigureAwait(false);
        }

        return report.IsSound ? ExitCode.Success : ExitCode.Mistake;
    }

    private static async Task<int> RunAsync(ConfigurationSource source, Action<Proxy>? onStarted, CancellationToken cancellationToken)
    {
        using var logs = new LogOutput(source.Read().Logging, TimeProvider.System);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Proxy? running = null;

        // Before the start, which may take seconds: a signal in them must not kill what has begun.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);
        await using var proxy = await Proxy.StartAsync(source, ServicesFor(logs), cancellationToken).ConfigureAwait(false);
        proxy.Reloaded += options => logs.SetLevel(options.Logging.Level);
        running = proxy;
        onStarted?.Invoke(proxy);
        await using var registration = cancellationToken.UnsafeRegister(_ => stop.TrySetResult(), null).ConfigureAwait(false);
        await stop.Task.ConfigureAwait(false);
        await proxy.StopAsync().ConfigureAwait(false);
        return ExitCode.Success;

        void Stop(PosixSignalContext signal)
        {
            // The first signal drains. The second one finds no handler that holds it back, and ends the process.
            signal.Cancel = stop.TrySetResult();
        }

        void Reload(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (running is { } reloaded)
            {
                // It reports for itself, and ends with the proxy.
                _ = Task.Run(() => reloaded.ReloadAsync(cancellationToken), cancellationToken);
            }
        }
    }

#pragma warning disable RS0030 // Here, and nowhere else, the program takes chance from its surroundings.
    private static HostServices ServicesFor(LogOutput logs) =>
        new(AppContext.BaseDirectory, ScriptCache.DefaultDirectory, TimeProvider.System, Random.Shared, logs.Factory) { StateDirectory = AdminKeyFile.DefaultDirectory };
#pragma warning restore RS0030
}
