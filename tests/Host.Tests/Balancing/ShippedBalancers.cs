using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Plugins;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>The balancers that ship, loaded from their folders as the host loads them.</summary>
public sealed class ShippedBalancers : IAsyncLifetime
{
    private readonly PluginCatalog _catalog = PluginCatalog.Load([PluginFolder.Shipped], previous: null, NullLoggerFactory.Instance);
    private readonly List<PluginInstance<ILoadBalancer>> _instances = [];

    /// <summary>A request about which nothing matters.</summary>
    public static RequestFacts Request { get; } = new() { RequestId = "1", Method = "POST", Path = "/v1/messages" };

    /// <summary>Candidates named by the letters of <paramref name="names"/>, with the weights in the same order, or 1.</summary>
    public static Candidate[] Candidates(string names, params int[] weights) =>
        [.. names.Select((name, index) => new Candidate(name.ToString()) { Weight = index < weights.Length ? weights[index] : 1 })];

    /// <summary>Makes a balancer that lives as long as the tests of a class.</summary>
    public ILoadBalancer Create(string name, string settings = "{}", TimeProvider? timeProvider = null)
    {
        Assert.True(_catalog.TryGetLoadBalancer(name, out var offer), $"There is no {name}. {string.Join(' ', _catalog.Faults)}");
        var instance = offer.CreateAsync(Some.PluginContext(settings, timeProvider)).AsTask().GetAwaiter().GetResult(); // A factory does not wait.
        _instances.Add(instance);
        return instance.Value;
    }

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await _catalog.DisposeAsync();
    }
}
