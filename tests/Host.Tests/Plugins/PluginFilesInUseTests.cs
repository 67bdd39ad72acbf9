using System.Runtime.Versioning;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Balancing;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Plugins;

/// <summary>Files of a plugin may be overwritten, cut short or deleted while it is in use.</summary>
public sealed class PluginFilesInUseTests : IDisposable
{
    private static readonly Candidate[] s_candidates = [new("a"), new("b"), new("c")];

    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pick_AssemblyWasCutShort_GoesOn()
    {
        var file = _folder.AddLeastRequests(1);
        await using var catalog = Load();
        await using var instance = await CreateAsync(catalog, "least_requests");

        await File.WriteAllBytesAsync(file, []);

        Assert.Equal("a", instance.Value.Pick(s_candidates));
    }

    [Fact]
    public async Task Pick_DependencyIsGoneBeforeItsFirstUse_TakesTheOneItWasLoadedWith()
    {
        _folder.Add("BringsLibrary");
        await using var catalog = Load();
        await using var instance = await CreateAsync(catalog, "brings_library");

        Directory.Delete(_folder["BringsLibrary"], recursive: true);

        Assert.Equal("c", instance.Value.Pick(s_candidates));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Pick_NativeLibraryWasCutShort_GoesOn()
    {
        _folder.Add("BringsLibrary");
        var native = _folder["BringsLibrary", "libbrought_native.so"];
        File.Copy(MappedMathLibrary(), native);
        await using var catalog = Load();
        await using var instance = await CreateAsync(catalog, "brings_native_library");
        Assert.Equal("c", instance.Value.Pick(s_candidates));

        await File.WriteAllBytesAsync(native, []);

        Assert.Equal("c", instance.Value.Pick(s_candidates));
        Assert.DoesNotContain(_folder.Path, await File.ReadAllTextAsync("/proc/self/maps"), StringComparison.Ordinal);
    }

    private PluginCatalog Load() => PluginCatalog.Load([_folder.Path], previous: null, NullLoggerFactory.Instance);

    private static ValueTask<PluginInstance<ILoadBalancer>> CreateAsync(PluginCatalog catalog, string name)
    {
        Assert.True(catalog.TryGetLoadBalancer(name, out var offer), string.Join(' ', catalog.Faults));
        return offer.CreateAsync(Some.PluginContext());
    }

    // Any native library will do; this one the runtime itself needs, so it is there.
    private static string MappedMathLibrary() => File.ReadLines("/proc/self/maps")
        .Select(line => line[line.LastIndexOf(' ')..].Trim())
        .First(path => Path.GetFileName(path).StartsWith("libm.so", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("libm-", StringComparison.Ordinal));
}
