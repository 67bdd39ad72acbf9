using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Builds a new generation when something it was built from has changed, and swaps it in; or keeps the present one and says why. Thread-safe.</summary>
internal sealed class Reloader(
    ConfigurationSource source,
    GenerationBuilder builder,
    CurrentGeneration current,
    AccountStore store,
    ReloadStatus status,
    HostServices services) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly ILogger<Reloader> _logger = services.Loggers.CreateLogger<Reloader>();

    /// <summary>Raised with the options of each new generation, before the next reload can begin.</summary>
    public event Action<ProxyOptions>? Reloaded;

    /// <summary>Reads everything anew. Throws nothing that an operator can mend: that is logged and noted.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        var before = current.Rent();
        try
        {
            var options = source.Read();
            var next = await builder.BuildAsync(options, before.Value, cancellationToken).ConfigureAwait(false);
            WarnOfWhatNeedsARestart(before.Value.Options, options);
            current.Swap(new Shared<Generation>(next));
            Follow(next);
            status.Note(services.TimeProvider.GetUtcNow(), []);
            _logger.Reloaded(next.Feed.Value.Pool.Accounts.Count, options.Algorithm, options.Policy);
            Reloaded?.Invoke(options);
        }
        catch (ConfigurationException exception)
        {
            status.Note(services.TimeProvider.GetUtcNow(), exception.Faults);
            foreach (var fault in exception.Faults)
            {
                _logger.ReloadRefused(fault);
            }
        }
        finally
        {
            _oneAtATime.Release();
            current.Return(before);
        }
    }

    /// <summary>Forgets what belonged to accounts and upstreams that are gone, now and whenever the accounts of <paramref name="generation"/> change.</summary>
    public void Follow(Generation generation)
    {
        generation.Feed.Value.Updated -= Forget;
        generation.Feed.Value.Updated += Forget;
        Forget();
    }

    /// <inheritdoc />
    public void Dispose() => _oneAtATime.Dispose();

    private void Forget()
    {
        var generation = current.Rent();
        var accounts = generation.Value.Feed.Value.Pool.Accounts;
        store.Keep(accounts);
        generation.Value.Clients.Value.Keep(accounts.Select(account => account.Upstream.Key).ToHashSet());
        current.Return(generation);
    }

    private void WarnOfWhatNeedsARestart(ProxyOptions before, ProxyOptions after)
    {
        if ((before.Host, before.Port) != (after.Host, after.Port))
        {
            _logger.NeedsRestart("host and port");
        }

        if ((before.Logging.Format, before.Logging.File) != (after.Logging.Format, after.Logging.File))
        {
            _logger.NeedsRestart("logging.format and logging.file");
        }

        if (before.Failover.BodyMemory != after.Failover.BodyMemory)
        {
            _logger.NeedsRestart("failover.body_memory");
        }
    }
}
