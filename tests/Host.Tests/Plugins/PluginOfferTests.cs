using ClaudeProxy.Abstractions;
using ClaudeProxy.Hosting;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Plugins;

public sealed class PluginOfferTests : IDisposable
{
    private readonly PluginFolder _folder = new();
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CreateAsync_SettingNobodyReads_IsRefused()
    {
        _folder.AddLeastRequests(1);
        await using var catalog = Load();

        var exception = await Assert.ThrowsAsync<PluginSettingsException>(() => CreateAsync(catalog, "least_requests", """{"a":1,"b":2}"""));

        Assert.Equal(
            ["config.json: accounts.a is not a setting of the load balancer least_requests. It has no settings.",
             "config.json: accounts.b is not a setting of the load balancer least_requests. It has no settings."],
            exception.Message.Split(Environment.NewLine));
    }

    [Fact]
    public async Task CreateAsync_FactoryThrows_SaysWhichPluginAndWhat()
    {
        var file = _folder.Add("FactoryFaults");
        await using var catalog = Load();

        var exception = await Assert.ThrowsAsync<PluginException>(() => CreateAsync(catalog, "factory_throws"));

        Assert.Equal($"Plugin '{file}' failed to make the load balancer factory_throws: InvalidOperationException: out of luck.", exception.Message);
    }

    [Fact]
    public async Task CreateAsync_FactoryReturnsNull_SaysWhichPlugin()
    {
        var file = _folder.Add("FactoryFaults");
        await using var catalog = Load();

        var exception = await Assert.ThrowsAsync<PluginException>(() => CreateAsync(catalog, "factory_returns_null"));

        Assert.Equal($"Plugin '{file}' returned null for the load balancer factory_returns_null.", exception.Message);
    }

    [Fact]
    public async Task DisposeAsync_PluginThrowsInDispose_IsLoggedAndNothingElse()
    {
        _folder.Add("FactoryFaults");
        await using var catalog = Load();
        var instance = await CreateAsync(catalog, "dispose_throws");

        await instance.DisposeAsync();

        Assert.Contains("FactoryFaults", Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Warning).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => instance.Value);
    }

    [Fact]
    public async Task DisposeAsync_Twice_GivesThePluginBackOnce()
    {
        _folder.AddLeastRequests(1);
        await using var catalog = Load();
        var instance = await CreateAsync(catalog, "least_requests");
        Shared<LoadedPlugin> plugin = Offer(catalog, "least_requests").Plugin;

        await instance.DisposeAsync();
        await instance.DisposeAsync();

        Assert.True(plugin.TryAddReference());
        await plugin.Release();
    }

    private PluginCatalog Load() => PluginCatalog.Load([_folder.Path], previous: null, NullLoggerFactory.Instance);

    private static PluginOffer<ILoadBalancer> Offer(PluginCatalog catalog, string name)
    {
        Assert.True(catalog.TryGetLoadBalancer(name, out var offer), string.Join(' ', catalog.Faults));
        return offer;
    }

    private Task<PluginInstance<ILoadBalancer>> CreateAsync(PluginCatalog catalog, string name, string settings = "{}") =>
        Offer(catalog, name).CreateAsync(Some.PluginContext(settings, logger: _log.CreateLogger("plugin"))).AsTask();
}
