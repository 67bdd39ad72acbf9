using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Balancing;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Plugins;

/// <summary>A broken plugin costs one sentence and nothing else.</summary>
public sealed class BrokenPluginTests : IDisposable
{
    private readonly PluginFolder _folder = new();
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NoEntry", "has no public class that implements IPlugin; it needs exactly one.")]
    [InlineData("TwoEntries", "has 2 public classes that implement IPlugin (FirstEntry, SecondEntry); it needs exactly one.")]
    [InlineData("BroughtLibrary", "does not use ClaudeProxy.Abstractions; it needs exactly one public class that implements IPlugin.")]
    [InlineData("ThrowsInRegister", "failed to register: InvalidOperationException: the moon is not full.")]
    [InlineData("WrongContract", "was built for ClaudeProxy.Abstractions 2.0.0.0; this host offers 1.3.0.0. Rebuild the plugin against the host's version.")]
    public async Task Load_BrokenPlugin_SaysOneSentenceAndLoadsTheOthers(string project, string fault)
    {
        var file = _folder.Add(project);
        _folder.AddLeastRequests(1);

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.Equal("LeastRequests", Assert.Single(catalog.Plugins).Name);
        Assert.Equal($"Plugin '{file}' {fault}", Assert.Single(catalog.Faults));
        var entry = Assert.Single(_log.Entries, entry => entry.Level > LogLevel.Information);
        Assert.Equal((LogLevel.Error, catalog.Faults[0], null), (entry.Level, entry.Message, entry.Exception));
    }

    [Fact]
    public async Task Load_NativeFile_SaysThatItIsNoAssembly()
    {
        await File.WriteAllBytesAsync(_folder["Native.dll"], "\u007fELF"u8.ToArray());

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.Equal($"Plugin '{_folder["Native.dll"]}' is not a .NET assembly.", Assert.Single(catalog.Faults));
    }

    [Fact]
    public async Task Load_FolderWithoutItsAssembly_SaysWhichIsMissing()
    {
        Directory.CreateDirectory(_folder["Fast"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["Fast"], "Dependency.dll"), "");

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.Equal($"Plugin folder '{_folder["Fast"]}' has no Fast.dll; give the folder the name of the plugin's assembly.", Assert.Single(catalog.Faults));
    }

    [Fact]
    public async Task Load_FolderOfSources_IsNoPluginAndNoFault()
    {
        Directory.CreateDirectory(_folder["Fast"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["Fast"], "Fast.csproj"), "<Project />");

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.Empty(catalog.Plugins);
        Assert.Empty(catalog.Faults);
    }

    [Fact]
    public async Task Load_SingleFileBesideAFolderOfThatName_TakesTheFolder()
    {
        var file = _folder.AddLeastRequests(1);
        File.Copy(file, _folder["LeastRequests.dll"]);

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.Equal(file, Assert.Single(catalog.Plugins).File);
        Assert.Contains(_folder["LeastRequests.dll"], Assert.Single(catalog.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_DependencyIsMissing_NamesIt()
    {
        var file = _folder.Add("BringsLibrary");
        File.Delete(_folder["BringsLibrary", "BroughtLibrary.dll"]);

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.Equal(
            $"Plugin '{file}' needs BroughtLibrary.dll, which is neither in its folder nor part of this host. Copy all of the plugin's build output into its folder.",
            Assert.Single(catalog.Faults));
    }

    [Fact]
    public async Task Load_BringsLibraryOfTheHost_UsesTheHostsAndSaysSo()
    {
        _folder.Add("ShipsHostLibrary");

        await using var catalog = PluginCatalog.Load([_folder.Path], previous: null, _log.CreateFactory());

        Assert.True(catalog.TryGetLoadBalancer("ships_host_library", out var offer));
        await using var instance = await offer.CreateAsync(Some.PluginContext(logger: _log.CreateLogger("plugin")));
        instance.Value.Pick([new Candidate("a")]);
        Assert.Empty(catalog.Faults);
        Assert.Single(_log.Entries, entry => entry.Message == "Took a");
        Assert.Contains("Microsoft.Extensions.Logging.Abstractions", Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Warning).Message, StringComparison.Ordinal);
    }
}
