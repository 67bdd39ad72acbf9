using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Builds the first generation, and another when something it was built from has changed: that one is swapped in, or the
/// present one stays and the reason is told. Thread-safe.</summary>
internal sealed class Reloader : IAsyncDisposable
{
    private readonly ConfigurationSource _source;
    private readonly HostServices _services;
    private readonly ILogger<Reloader> _logger;
    private readonly AccountStore _store;
    private readonly GenerationBuilder _builder;
    private readonly ChangeWatcher _watcher;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Lock _forgetting = new();
    private CurrentGeneration? _current;

    /// <summary>Builds nothing yet.</summary>
    public Reloader(ConfigurationSource source, HostServices services, CallWatchdog watchdog)
    {
        (_source, _services) = (source, services);
        _logger = services.Loggers.CreateLogger<Reloader>();
        _store = new AccountStore(services.TimeProvider);
        _builder = new GenerationBuilder(services, _store, new PartFactory(services, watchdog));
        _watcher = new ChangeWatcher(services.TimeProvider, services.Loggers.CreateLogger<ChangeWatcher>(), ReloadAsync);
    }

    /// <summary>How the last reload went.</summary>
    public ReloadStatus Status { get; } = new();

    /// <summary>Raised with the options of each new generation, before the next reload can begin.</summary>
    public event Action<ProxyOptions>? Reloaded;

    /// <summary>Builds the first generation. Call it once, before anything else.</summary>
    /// <exception cref="ConfigurationException">With every fault found.</exception>
    public async Task<CurrentGeneration> StartAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _watcher.Watch(_source.Path is { } path ? [Path.GetFullPath(path)] : []);
            var first = await _builder.BuildAsync(Read(), previous: null, cancellationToken).ConfigureAwait(false);
            _current = new CurrentGeneration(new Shared<Generation>(first), _services.Loggers.CreateLogger<CurrentGeneration>());
            Follow(first);
            first.Checks.Value.Start();
            return _current;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Reads everything anew. Throws nothing that an operator can mend: that is logged and noted.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        await _oneAtATime.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            if (_current?.TryRent() is { } before)
            {
                await ReloadAsync(_current, before, stopping.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _watcher.DisposeAsync().ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);

        // A reload on its way ends; none begins any more.
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        if (_current is not null)
        {
            await _current.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReloadAsync(CurrentGeneration current, Shared<Generation> before, CancellationToken cancellationToken)
    {
        try
        {
            var next = await _builder.BuildAsync(Read(), before.Value, cancellationToken).ConfigureAwait(false);
            RestartNotice.Tell(_logger, before.Value.Options, next.Options);
            current.Swap(new Shared<Generation>(next));
            if (next.Feed.Shared != before.Value.Feed.Shared)
            {
                before.Value.Feed.Value.Stop();
                next.Feed.Value.Repeat();
            }

            if (next.Checks.Shared != before.Value.Checks.Shared)
            {
                before.Value.Checks.Value.Stop();
                next.Checks.Value.Start();
            }

            Follow(next);
            Note([]);
            _logger.Reloaded(next.Feed.Value.Pool.Accounts.Count, next.Options.Algorithm, next.Options.Policy);
            Reloaded?.Invoke(next.Options);
        }
        catch (ConfigurationException exception)
        {
            Note(exception.Faults);
            foreach (var fault in exception.Faults)
            {
                _logger.ReloadRefused(fault);
            }
        }
#pragma warning disable CA1031 // A defect of ours must not end the watching; the next change is another chance.
        catch (Exception defect) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Note(["The reload met a defect of the proxy; its log says which."]);
            _logger.ReloadFailed(defect);
        }
        finally
        {
            current.Return(before);
        }
    }

    /// <summary>Reads the options, and watches what they name from before it is read: also if nothing can be built from them, for then it is
    /// there that somebody mends it.</summary>
    private ProxyOptions Read()
    {
        var options = _source.Read();
        var named = new[] { options.ConfigPath, options.Policy, options.Algorithm }.OfType<string>().Where(Path.IsPathRooted);
        _watcher.Watch([_services.ShippedPlugins, options.Plugins.Folder, .. named]);
        return options;
    }

    private void Note(IReadOnlyList<string> faults) => Status.Note(_services.TimeProvider.GetUtcNow(), faults);

    /// <summary>Forgets what belonged to accounts and upstreams that are gone, now and whenever the accounts of <paramref name="generation"/> change.</summary>
    private void Follow(Generation generation)
    {
        generation.Feed.Value.Updated -= Forget;
        generation.Feed.Value.Updated += Forget;
        Forget();
    }

    private void Forget()
    {
        // One at a time, or the older of two sets might be taken for the whole.
        lock (_forgetting)
        {
            if (_current?.TryRent() is { } generation)
            {
                var accounts = generation.Value.Feed.Value.Pool.Accounts;
                _store.Keep(accounts);
                generation.Value.Clients.Value.Keep(accounts.Select(account => account.Upstream.Key).ToHashSet());
                _current.Return(generation);
            }
        }
    }
}
