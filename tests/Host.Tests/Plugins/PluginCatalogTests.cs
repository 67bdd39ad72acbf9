using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Balancing;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Plugins;

public sealed class PluginCatalogTests : IDisposable
{
    private static readonly Candidate[] s_candidates =
        [new("a") { InFlight = 2, Weight = 10 }, new("b") { InFlight = 1 }, new("c") { InFlight = 3 }];

    private readonly PluginFolder _folder = new();
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_ShippedFolder_OffersTheBalancersAndTheSimulator()
    {
        await using var catalog = PluginCatalog.Load([PluginFolder.Shipped], previous: null, NullLoggerFactory.Instance);

        Assert.Subset(catalog.NamesOf(OfferKey.LoadBalancer).ToHashSet(), new HashSet<string> { "random", "round_robin", "weighted_round_robin" });
        Assert.True(catalog.TryGetAccountSource("simulator", out _));
        Assert.False(catalog.TryGetLoadBalancer("simulator", out _));
        Assert.Empty(catalog.Faults);
    }

    [Fact]
    public async Task Load_FolderIsMissing_IsEmpty()
    {
        await using var catalog = Load(folders: _folder["nowhere"]);

        Assert.Empty(catalog.Plugins);
        Assert.Empty(catalog.Faults);
    }

    [Fact]
    public async Task Load_NewPlugin_IsNamedInTheLogAndInTheCatalog()
    {
        var file = _folder.AddLeastRequests(1);

        await using var catalog = Load();

        var plugin = Assert.Single(catalog.Plugins);
        Assert.Equal(("LeastRequests", file, "1.0.0", new Version(1, 3, 0, 0)), (plugin.Name, plugin.File, plugin.Version, plugin.ContractVersion));
        Assert.Equal(
            $"Plugin LeastRequests 1.0.0 loaded from {file}; it offers load balancer least_requests",
            Assert.Single(_log.Entries, entry => entry.Level >= LogLevel.Information).Message);
    }

    [Fact]
    public async Task Load_SingleFile_IsAPlugin()
    {
        File.Move(_folder.AddLeastRequests(1), _folder["LeastRequests.dll"]);
        Directory.Delete(_folder["LeastRequests"], recursive: true);

        await using var catalog = Load();

        Assert.Equal("b", await PickAsync(catalog, "least_requests"));
    }

    [Fact]
    public async Task Load_PluginFolderIsALink_FollowsIt()
    {
        using var elsewhere = new PluginFolder();
        elsewhere.Add("BringsLibrary");
        Directory.CreateSymbolicLink(_folder["BringsLibrary"], elsewhere["BringsLibrary"]);

        await using var catalog = Load();

        Assert.Equal("c", await PickAsync(catalog, "brings_library"));
    }

    [Fact]
    public async Task Load_SameNameInTwoFolders_LaterFolderReplacesThePluginWhole()
    {
        using var shipped = new PluginFolder();
        shipped.AddLeastRequests(1);
        var own = _folder.AddLeastRequests(2);

        await using var catalog = Load(folders: [shipped.Path, _folder.Path]);

        Assert.Equal(own, Assert.Single(catalog.Plugins).File);
        Assert.Empty(catalog.Faults);
    }

    [Fact]
    public async Task Load_TwoPluginsOfferTheSame_LeavesOutTheSecondAndNamesBoth()
    {
        var first = _folder.AddLeastRequests(1);
        var second = _folder["Other", "Other.dll"];
        _folder.Add("LeastRequestsV2", "Other");
        File.Move(_folder["Other", "LeastRequests.dll"], second);
        File.Delete(_folder["Other", "LeastRequests.deps.json"]);

        await using var catalog = Load();

        Assert.Equal("LeastRequests", Assert.Single(catalog.Plugins).Name);
        Assert.Equal(
            $"Plugin '{second}' offers the load balancer least_requests, which plugin '{first}' offers already; rename one of them.",
            Assert.Single(catalog.Faults));
    }

    [Fact]
    public async Task Load_NewcomerSortsFirst_DoesNotTakeTheNameFromThePluginInForce()
    {
        _folder.AddLeastRequests(1);
        await using var before = Load();
        _folder.Add("LeastRequestsV2", "Another");
        File.Move(_folder["Another", "LeastRequests.dll"], _folder["Another", "Another.dll"]);
        File.Delete(_folder["Another", "LeastRequests.deps.json"]);

        await using var after = Load(before);

        Assert.Equal("LeastRequests", Assert.Single(after.Plugins).Name);
        Assert.Single(after.Faults);
    }

    [Fact]
    public async Task Load_NothingChanged_SharesThePluginAndSaysNothing()
    {
        _folder.AddLeastRequests(1);
        await using var before = Load();
        var logged = _log.Entries.Count;

        await using var after = Load(before);

        Assert.Same(Offer(before, "least_requests").Plugin, Offer(after, "least_requests").Plugin);
        Assert.Equal(logged, _log.Entries.Count);
    }

    [Fact]
    public async Task Load_OverwrittenWhileInUse_NewCatalogHasTheNewAndTheOldInstanceGoesOn()
    {
        _folder.AddLeastRequests(1);
        await using var before = Load();
        await using var old = await Offer(before, "least_requests").CreateAsync(Some.PluginContext());
        Assert.Equal("b", old.Value.Pick(s_candidates));

        _folder.AddLeastRequests(2);
        await using var after = Load(before);
        await before.DisposeAsync();

        Assert.Equal("2.0.0", Assert.Single(after.Plugins).Version);
        Assert.Equal("a", await PickAsync(after, "least_requests"));
        Assert.Equal("b", old.Value.Pick(s_candidates));
    }

    [Fact]
    public async Task Load_NewVersionIsBroken_PreviousStaysInForceAndItIsSaidOnce()
    {
        var file = _folder.AddLeastRequests(1);
        await using var first = Load();
        await File.WriteAllTextAsync(file, "This was an assembly once.");

        await using var second = Load(first);
        await using var third = Load(second);

        Assert.Equal("b", await PickAsync(third, "least_requests"));
        Assert.Equal([$"Plugin '{file}' is not a .NET assembly. Version 1.0.0, loaded before, stays in force."], third.Faults);
        Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Message == third.Faults[0]);
    }

    [Fact]
    public async Task Load_BrokenVersionIsMended_TakesTheNewOne()
    {
        var file = _folder.AddLeastRequests(1);
        await using var first = Load();
        await File.WriteAllTextAsync(file, "This was an assembly once.");
        await using var second = Load(first);
        _folder.AddLeastRequests(2);

        await using var third = Load(second);

        Assert.Equal("2.0.0", Assert.Single(third.Plugins).Version);
        Assert.Empty(third.Faults);
    }

    [Fact]
    public async Task Load_PluginIsGone_IsNoLongerOffered()
    {
        _folder.AddLeastRequests(1);
        await using var before = Load();
        Directory.Delete(_folder["LeastRequests"], recursive: true);

        await using var after = Load(before);

        Assert.False(after.TryGetLoadBalancer("least_requests", out _));
        Assert.Single(_log.Entries, entry => entry.EventId.Name == "PluginRemoved");
    }

    private PluginCatalog Load(PluginCatalog? previous = null, params string[] folders) =>
        PluginCatalog.Load(folders is [] ? [_folder.Path] : folders, previous, _log.CreateFactory());

    private static PluginOffer<ILoadBalancer> Offer(PluginCatalog catalog, string name)
    {
        Assert.True(catalog.TryGetLoadBalancer(name, out var offer), string.Join(' ', catalog.Faults));
        return offer;
    }

    private static async Task<string> PickAsync(PluginCatalog catalog, string name)
    {
        await using var instance = await Offer(catalog, name).CreateAsync(Some.PluginContext());
        return instance.Value.Pick(s_candidates);
    }
}
