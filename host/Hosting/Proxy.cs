using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Explain;
using ClaudeProxy.Extensions;
using ClaudeProxy.Usage;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>The running proxy: everything composed, listening, reloading, and stopped in order. Dispose it after <see cref="StopAsync"/>.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    /// <summary>Between telling the last streams that it is over, and closing their connections.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    private readonly KestrelServer _server;
    private readonly Draining _draining;
    private readonly Reloader _reloader;
    private readonly CallWatchdog _watchdog;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<Proxy> _logger;
    private readonly AdminKeyFile? _adminKeyFile;

    private Proxy(KestrelServer server, CurrentGeneration current, Draining draining, Reloader reloader, CallWatchdog watchdog, AdminKeys adminKeys, HostServices services)
    {
        (_server, Current, _draining, _reloader, _watchdog) = (server, current, draining, reloader, watchdog);
        _timeProvider = services.TimeProvider;
        _logger = services.Loggers.CreateLogger<Proxy>();
        _adminKeyFile = AdminKeyFile.TryWrite(services.StateDirectory, new Uri(Address).Port, adminKeys.Own, _logger);
    }

    /// <summary>The generation that new requests run on.</summary>
    public CurrentGeneration Current { get; }

    /// <summary>Raised with the options of each new generation.</summary>
    public event Action<ProxyOptions>? Reloaded
    {
        add => _reloader.Reloaded += value;
        remove => _reloader.Reloaded -= value;
    }

    /// <summary>Where the proxy listens, such as <c>http://127.0.0.1:3000</c>.</summary>
    public string Address => _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Builds and starts everything.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used, or the address cannot be listened on.</exception>
    public static async Task<Proxy> StartAsync(ConfigurationSource source, HostServices services, CancellationToken cancellationToken)
    {
        var watchdog = new CallWatchdog(services.TimeProvider, services.CallLimit);
        var reloader = new Reloader(source, services, watchdog);
        try
        {
            var current = await reloader.StartAsync(cancellationToken).ConfigureAwait(false);
            var draining = new Draining();
            var adminKeys = new AdminKeys();
            var server = await ListenAsync(current, reloader.Status, draining, adminKeys, services, cancellationToken).ConfigureAwait(false);
            var proxy = new Proxy(server, current, draining, reloader, watchdog, adminKeys, services);
            proxy._logger.Listening(ProductInfo.Version, proxy.Address);
            return proxy;
        }
        catch
        {
            await reloader.DisposeAsync().ConfigureAwait(false);
            watchdog.Dispose();
            throw;
        }
    }

    /// <summary>Reads configuration, plugins and policies anew.</summary>
    public Task ReloadAsync(CancellationToken cancellationToken) => _reloader.ReloadAsync(cancellationToken);

    /// <summary>Stops accepting, lets what is in flight end for as long as <c>timeouts.drain</c> says, and ends the rest as errors.</summary>
    public async Task StopAsync()
    {
        var drain = OptionsOf(Current).Timeouts.Drain;
        _draining.Begin();
        _logger.Stopping(_draining.InFlight, drain.TotalSeconds);
        using var lastWords = new CancellationTokenSource(drain, _timeProvider);
        using var end = new CancellationTokenSource(drain + s_lastWords, _timeProvider);
        using var registration = lastWords.Token.UnsafeRegister(_ => ExpireDrain(), null);
        await _server.StopAsync(end.Token).ConfigureAwait(false);
        _logger.Stopped();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _adminKeyFile?.Dispose();
        _server.Dispose();
        await _reloader.DisposeAsync().ConfigureAwait(false);
        _draining.Dispose();
        _watchdog.Dispose();
    }

    /// <summary>Where requests arrive, with all that they meet from there on.</summary>
    internal static ProxyEndpoint EndpointOf(
        CurrentGeneration current, ReloadStatus reloads, Draining draining, AdminKeys adminKeys, HostServices services)
    {
        var memory = new BodyMemory(OptionsOf(current).Failover.BodyMemory);
        var usage = new UsageBook();
        var report = new StatusReport(memory, reloads, usage, services.TimeProvider);
        var decisions = new DecisionLog(services.TimeProvider);
        var meter = new TokenMeter(usage, services.TimeProvider);
        var admin = new AdminEndpoint(current, decisions, adminKeys, services.TimeProvider, services.Loggers.CreateLogger<AdminEndpoint>());
        return new ProxyEndpoint(
            current, new AdministrationEndpoint(current, report, draining, admin), draining, memory, new RequestIds(services.Random), decisions, meter,
            services.TimeProvider, services.Loggers.CreateLogger<ProxyEndpoint>());
    }

    private static async Task<KestrelServer> ListenAsync(
        CurrentGeneration current, ReloadStatus reloads, Draining draining, AdminKeys adminKeys, HostServices services, CancellationToken cancellationToken)
    {
        var options = OptionsOf(current);
        var endpoint = EndpointOf(current, reloads, draining, adminKeys, services);
        var server = Server.Create(options, services.Loggers);
        try
        {
            await server.StartAsync(new ProxyApplication(endpoint), cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch (Exception exception)
        {
            server.Dispose();
            if (Server.CannotListen(exception, options, out var sentence))
            {
                throw new ConfigurationException(sentence);
            }

            throw;
        }
    }

    private static ProxyOptions OptionsOf(CurrentGeneration current)
    {
        var generation = current.Rent();
        var options = generation.Value.Options;
        current.Return(generation);
        return options;
    }

    private void ExpireDrain()
    {
        if (_draining.InFlight > 0)
        {
            _logger.DrainExpired(_draining.InFlight);
            _draining.Expire();
        }
    }
}
