using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Accounts;
using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;
using ClaudeProxy.Configuration.Settings;
using ClaudeProxy.Day.Team;
using ClaudeProxy.Day.Upstreams;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Extensions;
using ClaudeProxy.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Day;

/// <summary>The proxy as it is, but for two things: no server before it, and no connections behind it.</summary>
internal sealed class DayProxy : IAsyncDisposable
{
    private readonly CallWatchdog _watchdog;
    private readonly CurrentGeneration _current;
    private readonly Draining _draining;

    private DayProxy(CallWatchdog watchdog, CurrentGeneration current, Draining draining, ProxyEndpoint endpoint, AccountPool pool) =>
        (_watchdog, _current, _draining, Endpoint, Pool) = (watchdog, current, draining, endpoint, pool);

    /// <summary>Where requests arrive.</summary>
    public ProxyEndpoint Endpoint { get; }

    /// <summary>The accounts, and what it knows of them.</summary>
    public AccountPool Pool { get; }

    /// <summary>Builds it with every setting as it comes, but for the algorithm.</summary>
    /// <param name="algorithm">The balancer.</param>
    /// <param name="accounts">The accounts.</param>
    /// <param name="developers">How many clients have a key.</param>
    /// <param name="upstream">What stands where connections would be.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">The source of chance.</param>
    public static async Task<DayProxy> StartAsync(
        string algorithm, IEnumerable<DayAccount> accounts, int developers, HttpMessageHandler upstream, TimeProvider timeProvider, Random random)
    {
        var services = new HostServices(AppContext.BaseDirectory, null, timeProvider, random, NullLoggerFactory.Instance)
        {
            Connect = (_, _) => new Borrowed(upstream),
        };
        var watchdog = new CallWatchdog(timeProvider);
        var builder = new GenerationBuilder(services, new AccountStore(timeProvider), new PartFactory(services, watchdog));
        var generation = await builder.BuildAsync(Options(algorithm, accounts, developers), previous: null, CancellationToken.None);
        var current = new CurrentGeneration(new Shared<Generation>(generation), NullLogger<CurrentGeneration>.Instance);
        var draining = new Draining();
        var endpoint = Proxy.EndpointOf(current, new ReloadStatus(), draining, new AdminKeys(), services);
        return new DayProxy(watchdog, current, draining, endpoint, generation.Feed.Value.Pool);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _current.DisposeAsync();
        _draining.Dispose();
        _watchdog.Dispose();
    }

    private static ProxyOptions Options(string algorithm, IEnumerable<DayAccount> accounts, int developers)
    {
        var json = new JsonObject
        {
            ["algorithm"] = algorithm,
            ["fallback"] = true,
            ["auth"] = true,
            ["auth_keys"] = new JsonArray([.. Enumerable.Range(1, developers).Select(number => (JsonNode)Developer.KeyOf(number))]),
            ["servers"] = new JsonArray([.. accounts.Select(account => (JsonNode)new JsonObject
            {
                ["url"] = "https://api.example", ["name"] = account.Name, ["token"] = account.Token,
            })]),
        };
        using var document = SettingsFile.Parse("day", Encoding.UTF8.GetBytes(json.ToJsonString()));
        var context = new SettingsContext("day", AppContext.BaseDirectory, new Dictionary<string, string>());
        return ConfigurationReader.Read(context, document.RootElement, new ConfigurationOverrides());
    }

    /// <summary>Whoever is lent the handler may dispose it; it lives on.</summary>
    private sealed class Borrowed(HttpMessageHandler handler) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _invoker.SendAsync(request, cancellationToken);
    }
}
