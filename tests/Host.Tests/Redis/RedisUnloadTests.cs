using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Plugins;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Redis;

public sealed class RedisUnloadTests
{
    [Fact]
    public async Task LastReferenceGoes_AfterReadingRedis_PluginAndItsLibraryUnload()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.AddManyAsync(3);

        var context = await UseAsync(redis);

        await Eventually.HoldsAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !context.IsAlive;
        });
    }

    // Not inlined: what it touches must leave no trace on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(RedisServer redis)
    {
        await using var catalog = PluginCatalog.Load([PluginFolder.Shipped], previous: null, NullLoggerFactory.Instance);
        Assert.True(catalog.TryGetAccountSource("redis_accounts", out var offer), string.Join(' ', catalog.Faults));
        await using var instance = await offer.CreateAsync(Some.PluginContext($$"""{"target_url":"http://127.0.0.1:3001","host":"127.0.0.1","port":{{redis.Port}}}"""));
        await using var reading = instance.Value.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync().AsTask().InTime());
        Assert.Equal(3, reading.Current.Count);
        var context = AssemblyLoadContext.GetLoadContext(instance.Value.GetType().Assembly)!;
        Assert.Contains(context.Assemblies, assembly => assembly.GetName().Name == "StackExchange.Redis");
        return new WeakReference(context);
    }
}
