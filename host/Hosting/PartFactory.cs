using System.Text.Json;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Configuration.Settings;
using ClaudeProxy.Extensions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Makes what the configuration asks for by name: load balancer, failover policy, account source. For one thread at a time.</summary>
internal sealed class PartFactory(HostServices services, CallWatchdog watchdog)
{
    private static readonly TimeSpan s_patienceForFactories = TimeSpan.FromSeconds(10);

    private readonly ScriptCompiler _compiler = new(services.CacheDirectory, services.Loggers.CreateLogger<ScriptCompiler>());

    /// <summary>The load balancer that <c>algorithm</c> names, shared with <paramref name="previous"/> if nothing about it has changed.</summary>
    public async Task<Part<GuardedLoadBalancer>> BalancerAsync(ProxyOptions options, PluginCatalog plugins, Part<GuardedLoadBalancer>? previous)
    {
        var name = options.Algorithm;
        if (IsScript(name))
        {
            return Part<GuardedLoadBalancer>.ShareOrBuild(previous, ScriptKey.Of(name), () => Guard(
                name, new ScriptedLoadBalancer(_compiler.Compile<BalancingContext, Candidate>(name), services.Random)));
        }

        if (!plugins.TryGetLoadBalancer(name, out var offer))
        {
            throw Unknown("algorithm", name, plugins.NamesOf(OfferKey.LoadBalancer), "a plugin that offers it", plugins);
        }

        var settings = SettingsOf(options, name);
        return await ShareOrCreateAsync(previous, offer, settings, instance => Guard(name, PluginLoadBalancer.Of(instance))).ConfigureAwait(false);
    }

    /// <summary>The failover policy that <c>policy</c> names, shared with <paramref name="previous"/> if nothing about it has changed.</summary>
    public async Task<Part<GuardedFailoverPolicy>> PolicyAsync(ProxyOptions options, PluginCatalog plugins, Part<GuardedFailoverPolicy>? previous)
    {
        var name = options.Policy;
        if (ProxyOptions.HostPolicies.Contains(name))
        {
            IFailoverPolicy policy = name == MiddlewareFailoverPolicy.Name ? MiddlewareFailoverPolicy.Instance : BuiltInFailoverPolicy.Instance;
            return Part<GuardedFailoverPolicy>.ShareOrBuild(previous, name, () => Guard(name, policy));
        }

        if (IsScript(name))
        {
            return Part<GuardedFailoverPolicy>.ShareOrBuild(previous, ScriptKey.Of(name), () => Guard(
                name, new ScriptedFailoverPolicy(_compiler.Compile<AttemptOutcome, FailoverDecision>(name))));
        }

        if (!plugins.TryGetFailoverPolicy(name, out var offer))
        {
            throw Unknown("policy", name, [.. ProxyOptions.HostPolicies, .. plugins.NamesOf(OfferKey.FailoverPolicy)], "a plugin that offers it, or the path of a .csx file", plugins);
        }

        var settings = SettingsOf(options, name);
        return await ShareOrCreateAsync(previous, offer, settings, instance => Guard(name, new PluginFailoverPolicy(instance))).ConfigureAwait(false);
    }

    /// <summary>The accounts in <paramref name="pool"/>'s service: of the source that <c>accounts.source</c> names, shared with
    /// <paramref name="previous"/> if nothing about it has changed; or of the <c>servers</c>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="plugins">The plugins.</param>
    /// <param name="previous">The feed so far, or <see langword="null"/>.</param>
    /// <param name="pool">Makes the pool for a new feed.</param>
    public async Task<Part<AccountFeed>> FeedAsync(ProxyOptions options, PluginCatalog plugins, Part<AccountFeed>? previous, Func<AccountPool> pool)
    {
        if (options.Accounts is not { } accounts)
        {
            // What has been learnt of accounts lives in the store, so a new feed costs nothing.
            return new Part<AccountFeed>(new object(), new Shared<AccountFeed>(Feed("servers", new ConfiguredAccounts(options.Servers), null, pool())));
        }

        if (!plugins.TryGetAccountSource(accounts.Source, out var offer))
        {
            throw Unknown("accounts.source", accounts.Source, plugins.NamesOf(OfferKey.AccountSource), "a plugin that offers it", plugins);
        }

        var settings = ("accounts", accounts.Settings);
        return await ShareOrCreateAsync(previous, offer, settings, instance => Feed(accounts.Source, instance.Value, instance, pool()), PoolOptions.Of(options)).ConfigureAwait(false);
    }

    private async Task<Part<T>> ShareOrCreateAsync<T, TOffer>(
        Part<T>? previous, PluginOffer<TOffer> offer, (string Location, JsonElement Json) settings, Func<PluginInstance<TOffer>, T> wrap, object? also = null)
        where T : class
        where TOffer : class
    {
        var key = (offer.Plugin, offer.Name, settings.Json.ValueKind == JsonValueKind.Undefined ? "" : settings.Json.GetRawText(), also);
        if (previous is not null && previous.Key.Equals(key))
        {
            return previous.Share();
        }

        var logger = services.Loggers.CreateLogger($"ClaudeProxy.Plugins.{offer.Plugin.Value.Name}");
        var context = new PluginContext(new PluginSettings(settings.Location, settings.Json), logger, services.TimeProvider, services.Random);
        return new Part<T>(key, new Shared<T>(wrap(await CreateAsync(offer, context).ConfigureAwait(false))));
    }

    /// <summary>A factory is somebody else's code: one that blocks must not hold up every reload after this one.</summary>
    private async Task<PluginInstance<TOffer>> CreateAsync<TOffer>(PluginOffer<TOffer> offer, PluginContext context)
        where TOffer : class
    {
        try
        {
            return await Task.Run(() => offer.CreateAsync(context).AsTask()).WaitAsync(s_patienceForFactories, services.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new PluginException(
                $"Plugin '{offer.Plugin.Value.File}' did not make {offer.Name} within {s_patienceForFactories.TotalSeconds} seconds; a factory must not wait for anything.");
        }
    }

    private GuardedLoadBalancer Guard(string name, ILoadBalancer balancer) =>
        new(ShortNameOf(name), balancer, watchdog, services.Loggers.CreateLogger<GuardedLoadBalancer>());

    private GuardedFailoverPolicy Guard(string name, IFailoverPolicy policy) =>
        new(ShortNameOf(name), policy, watchdog, services.Loggers.CreateLogger<GuardedFailoverPolicy>());

    private AccountFeed Feed(string name, IAccountSource source, IAsyncDisposable? owner, AccountPool pool) =>
        new(name, source, owner, pool, services.TimeProvider, services.Loggers.CreateLogger<AccountFeed>());

    private static (string Location, JsonElement Json) SettingsOf(ProxyOptions options, string name) =>
        ($"plugins.settings.{name}", options.Plugins.Settings.GetValueOrDefault(name));

    private static bool IsScript(string name) => name.EndsWith(".csx", StringComparison.OrdinalIgnoreCase);

    private static string ShortNameOf(string name) => IsScript(name) ? Path.GetFileName(name) : name;

    private static ConfigurationException Unknown(string key, string name, IReadOnlyList<string> known, string what, PluginCatalog plugins)
    {
        var meant = Suggestion.Nearest(name, known) is { } nearest ? $" Did you mean {nearest}?" : "";
        var choice = known.Count > 0 ? string.Join(", ", known) : "none";
        return new ConfigurationException([$"{key} is \"{name}\"; it must be one of: {choice}; or {what}.{meant}", .. plugins.Faults]);
    }
}
