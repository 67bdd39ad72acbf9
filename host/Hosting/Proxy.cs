using ClaudeProxy.Accounts;
using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Extensions;
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
    private readonly ChangeWatcher _watcher;
    private readonly CallWatchdog _watchdog;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<Proxy> _logger;

    private Proxy(
        KestrelServer server, CurrentGeneration current, Draining draining, Reloader reloader, ChangeWatcher watcher, CallWatchdog watchdog, HostServices services)
    {
        (_server, Current, _draining, _reloader, _watcher, _watchdog) = (server, current, draining, reloader, watcher, watchdog);
        _timeProvider = services.TimeProvider;
        _logger = services.Loggers.CreateLogger<Proxy>();
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
        var options = source.Read();
        var store = new AccountStore();
        var watchdog = new CallWatchdog(services.TimeProvider);
        var builder = new GenerationBuilder(services, store, new PartFactory(services, watchdog));
        var generation = await builder.BuildAsync(options, previous: null, cancellationToken).ConfigureAwait(false);
        var current = new CurrentGeneration(new Shared<Generation>(generation));
        var memory = new BodyMemory(options.Failover.BodyMemory);
        var draining = new Draining();
        var reloads = new ReloadStatus();
        var reloader = new Reloader(source, builder, current, store, reloads, services);
        reloader.Follow(generation);
        var watcher = new ChangeWatcher(services.TimeProvider, services.Loggers.CreateLogger<ChangeWatcher>(), reloader.ReloadAsync);
        reloader.Reloaded += reloaded => watcher.Watch(WatchedPaths(reloaded, services));
        watcher.Watch(WatchedPaths(options, services));
        var report = new StatusReport(memory, reloads, services.TimeProvider);
        var endpoint = new ProxyEndpoint(
            current, new AdministrationEndpoint(current, report, draining), draining, memory, new RequestIds(services.Random),
            services.TimeProvider, services.Loggers.CreateLogger<ProxyEndpoint>());
        var server = Server.Create(options, services.Loggers);
        var proxy = new Proxy(server, current, draining, reloader, watcher, watchdog, services);
        try
        {
            await server.StartAsync(new ProxyApplication(endpoint), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Server.CannotListen(exception, options, out var sentence))
        {
            await proxy.DisposeAsync().ConfigureAwait(false);
            throw new ConfigurationException(sentence);
        }

        proxy._logger.Listening(ProductInfo.Version, proxy.Address);
        return proxy;
    }

    /// <summary>Reads configuration, plugins and policies anew.</summary>
    public Task ReloadAsync(CancellationToken cancellationToken) => _reloader.ReloadAsync(cancellationToken);

    /// <summary>Stops accepting, lets what is in flight end for as long as <c>timeouts.drain</c> says, and ends the rest as errors.</summary>
    public async Task StopAsync()
    {
        var drain = DrainTime();
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
        await _watcher.DisposeAsync().ConfigureAwait(false);
        _server.Dispose();
        await Current.DisposeAsync().ConfigureAwait(false);
        _reloader.Dispose();
        _draining.Dispose();
        _watchdog.Dispose();
    }

    private TimeSpan DrainTime()
    {
        var generation = Current.Rent();
        var drain = generation.Value.Options.Timeouts.Drain;
        Current.Return(generation);
        return drain;
    }

    private void ExpireDrain()
    {
        if (_draining.InFlight > 0)
        {
            _logger.DrainExpired(_draining.InFlight);
            _draining.Expire();
        }
    }

    private static List<string> WatchedPaths(ProxyOptions options, HostServices services)
    {
        var paths = new List<string> { services.ShippedPlugins, options.Plugins.Folder };
        paths.AddRange(new[] { options.ConfigPath, options.Policy, options.Algorithm }.OfType<string>().Where(Path.IsPathRooted));
        return paths;
    }
}
