using ClaudeProxy.Accounts;
using ClaudeProxy.Checks;
using ClaudeProxy.Configuration;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Extensions;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Plugins;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Builds generations: completely, or not at all. For one thread at a time.</summary>
internal sealed class GenerationBuilder(HostServices services, AccountStore store, PartFactory parts)
{
    /// <summary>A source that is slower than this fills the pool later; until then nobody can be served.</summary>
    private static readonly TimeSpan s_patienceForAccounts = TimeSpan.FromSeconds(5);

    private readonly Penalties _penalties = new(services.TimeProvider, services.Loggers.CreateLogger<Penalties>());
    private readonly RetryBudget _budget = new(services.TimeProvider);
    private readonly WaitingRoom _waitingRoom = new(services.TimeProvider, services.Random);
    private readonly ILogger<FailoverLoop> _loopLogger = services.Loggers.CreateLogger<FailoverLoop>();

    /// <summary>Builds the generation of <paramref name="options"/>, sharing with <paramref name="previous"/> what has not changed.</summary>
    /// <exception cref="ConfigurationException">With every fault found; nothing is left behind, and <paramref name="previous"/> works on.</exception>
    public async Task<Generation> BuildAsync(ProxyOptions options, Generation? previous, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var catalog = PluginCatalog.Load([services.ShippedPlugins, options.Plugins.Folder], previous?.Plugins.Value, services.Loggers);
        var plugins = new Part<PluginCatalog>(catalog, new Shared<PluginCatalog>(catalog));
        Part<GuardedLoadBalancer>? balancer = null;
        Part<GuardedFailoverPolicy>? policy = null;
        Part<AccountFeed>? feed = null;
        try
        {
            balancer = await TryAsync(() => parts.BalancerAsync(options, catalog, previous?.Balancer), faults).ConfigureAwait(false);
            policy = await TryAsync(() => parts.PolicyAsync(options, catalog, previous?.Policy), faults).ConfigureAwait(false);

            // Last, because it changes what is known of accounts that the generation before is still using.
            feed = faults.Count > 0 ? null : await TryAsync(
                () => parts.FeedAsync(options, catalog, previous?.Feed, () => new AccountPool(store, PoolOptions.Of(options), services.TimeProvider)), faults).ConfigureAwait(false);
            return balancer is null || policy is null || feed is null
                ? throw new ConfigurationException([.. faults.Distinct()])
                : await BuildAsync(options, previous, plugins, balancer, policy, feed, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await ReleaseAsync(feed).ConfigureAwait(false);
            await ReleaseAsync(balancer).ConfigureAwait(false);
            await ReleaseAsync(policy).ConfigureAwait(false);
            await ReleaseAsync(plugins).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Generation> BuildAsync(
        ProxyOptions options, Generation? previous, Part<PluginCatalog> plugins, Part<GuardedLoadBalancer> balancer,
        Part<GuardedFailoverPolicy> policy, Part<AccountFeed> feed, CancellationToken cancellationToken)
    {
        if (feed.Shared != previous?.Feed.Shared)
        {
            await WaitForAccountsAsync(feed.Value, previous?.Feed.Value, cancellationToken).ConfigureAwait(false);
        }

        var clients = Part<UpstreamClients>.ShareOrBuild(previous?.Clients, options.Timeouts.Connect, () => new UpstreamClients(options.Timeouts.Connect, services.Connect));
        var checks = Part<AccountChecks>.ShareOrBuild(
            previous?.Checks,
            (AccountChecks.KeyOf(options.Servers), clients.Shared, options.IsRelay ? feed.Shared : null),
            () => ChecksOf(options, feed.Value.Pool, clients.Value));
        var forwarder = new Forwarder(options.Timeouts, options.Failover, clients.Value, services.TimeProvider);
        return new Generation
        {
            Options = options,
            ClientKeys = new ClientKeys(options.Auth ? options.AuthKeys : [], options.IsRelay),
            Plugins = plugins,
            Feed = feed,
            Balancer = balancer,
            Policy = policy,
            Clients = clients,
            Checks = checks,
            Loop = LoopOf(options, feed.Value.Pool, balancer.Value, policy.Value, forwarder),
        };
    }

    private FailoverLoop LoopOf(ProxyOptions options, AccountPool pool, GuardedLoadBalancer balancer, GuardedFailoverPolicy policy, Forwarder forwarder)
    {
        var judge = new Judge(options, pool, policy, _penalties, _waitingRoom, services.TimeProvider, _loopLogger);
        var hedge = new Hedge(options.Failover, pool, balancer, forwarder, _budget, judge, services.TimeProvider, _loopLogger);
        var answers = new OwnAnswers(options, pool, services.TimeProvider);
        return new FailoverLoop(
            options, pool, balancer, judge, hedge, forwarder, _budget, _waitingRoom, answers, services.TimeProvider, services.Random, _loopLogger);
    }

    private AccountChecks ChecksOf(ProxyOptions options, AccountPool pool, UpstreamClients clients) => new(
        options.Servers,
        store,
        new HealthCheck(clients, services.TimeProvider, services.Loggers.CreateLogger<HealthCheck>()),
        new BalanceCheck(services.TimeProvider, services.Loggers.CreateLogger<BalanceCheck>()),
        options.IsRelay ? new RelayCheck(pool, store.Epoch, clients, services.TimeProvider, services.Loggers.CreateLogger<RelayCheck>()) : null,
        services.TimeProvider,
        services.Loggers.CreateLogger<AccountChecks>());

    private static async Task<Part<T>?> TryAsync<T>(Func<Task<Part<T>>> build, List<string> faults)
        where T : class
    {
        try
        {
            return await build().ConfigureAwait(false);
        }
        catch (ConfigurationException exception)
        {
            faults.AddRange(exception.Faults);
        }
        catch (Exception exception) when (exception is ScriptException or PluginException or PluginSettingsException)
        {
            faults.Add(exception.Message);
        }

        return null;
    }

    private static ValueTask ReleaseAsync<T>(Part<T>? part)
        where T : class => part?.Shared.Release() ?? ValueTask.CompletedTask;

    private async Task WaitForAccountsAsync(AccountFeed feed, AccountFeed? previous, CancellationToken cancellationToken)
    {
        try
        {
            await feed.Ready.WaitAsync(s_patienceForAccounts, services.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (previous is { Ready.IsCompletedSuccessfully: true })
        {
            // Accounts that work are not given up for none.
            throw new ConfigurationException(
                $"accounts.source is \"{feed.Name}\"; with its new settings it has yielded no accounts within {s_patienceForAccounts.TotalSeconds} seconds"
                + $"{(feed.Error is { } error ? $" ({error})" : "")}. The accounts so far stay in use; save the file again when the source can be reached.");
        }
        catch (TimeoutException)
        {
            services.Loggers.CreateLogger<GenerationBuilder>().AccountsNotReady(feed.Name);
        }
    }
}
