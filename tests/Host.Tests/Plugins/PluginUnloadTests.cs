using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Balancing;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Plugins;

public sealed class PluginUnloadTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("round_robin")]
    [InlineData("weighted_round_robin")]
    [InlineData("random")]
    [InlineData("least_recently_used")]
    [InlineData("session_affinity")]
    public async Task LastReferenceGoes_AfterUse_ShippedPluginUnloads(string name)
    {
        var context = await UseAsync(PluginFolder.Shipped, name);

        AssertUnloads(context);
    }

    [Theory]
    [InlineData("LeastRequestsV1", "least_requests")]
    [InlineData("BringsLibrary", "brings_library")]
    [InlineData("ShipsHostLibrary", "ships_host_library")]
    public async Task LastReferenceGoes_AfterUse_PluginUnloads(string project, string name)
    {
        _folder.Add(project, project == "LeastRequestsV1" ? "LeastRequests" : project);

        var context = await UseAsync(_folder.Path, name);

        AssertUnloads(context);
    }

    [Theory]
    [InlineData("TwoEntries")]
    [InlineData("ThrowsInRegister")]
    public void Load_Broken_LeavesNothingLoaded(string project)
    {
        _folder.Add(project);

        Assert.Single(LoadFaults());

        AssertGone(() => AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == project));
    }

    [Fact]
    public async Task Replaced_OldVersionUnloadsWhenItsLastInstanceIsGone()
    {
        _folder.AddLeastRequests(1);
        var (after, instance, context) = await ReplaceAsync();
        GC.Collect();
        Assert.True(context.IsAlive);

        await instance.DisposeAsync();

        AssertUnloads(context);
        await after.DisposeAsync();
    }

    // The helpers are not inlined: what they touch must leave no trace on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(string folder, string name)
    {
        await using var catalog = PluginCatalog.Load([folder], previous: null, NullLoggerFactory.Instance);
        Assert.True(catalog.TryGetLoadBalancer(name, out var offer), string.Join(' ', catalog.Faults));
        await using var instance = await offer.CreateAsync(Some.PluginContext());
        Assert.Equal(64 * 100, instance.Value.PicksOfThreads([new Candidate("a"), new Candidate("b")], threads: 64, each: 100).Values.Sum());
        return ContextOf(instance.Value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<(PluginCatalog After, PluginInstance<ILoadBalancer> Instance, WeakReference Context)> ReplaceAsync()
    {
        await using var before = PluginCatalog.Load([_folder.Path], previous: null, NullLoggerFactory.Instance);
        Assert.True(before.TryGetLoadBalancer("least_requests", out var offer));
        var instance = await offer.CreateAsync(Some.PluginContext());
        _folder.AddLeastRequests(2);
        return (PluginCatalog.Load([_folder.Path], before, NullLoggerFactory.Instance), instance, ContextOf(instance.Value));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IReadOnlyList<string> LoadFaults() => PluginCatalog.Load([_folder.Path], previous: null, NullLoggerFactory.Instance).Faults;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ContextOf(object instance) => new(AssemblyLoadContext.GetLoadContext(instance.GetType().Assembly));

    private static void AssertUnloads(WeakReference context) => AssertGone(() => context.IsAlive);

    private static void AssertGone(Func<bool> isThere)
    {
        for (var i = 0; isThere() && i < 100; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(isThere(), "Something still refers to the plugin.");
    }
}
