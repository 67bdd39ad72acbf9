using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

public sealed class SimulatorUnloadTests
{
    [Fact]
    public async Task DisposeAsync_UsedAndThenLetGo_LeavesNothingOfThePluginBehind()
    {
        var context = await UseAsync();

        await Eventually.HoldsAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !context.IsAlive;
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync()
    {
        var context = new AssemblyLoadContext("simulator", isCollectible: true);
        using (var file = new MemoryStream(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Simulator.dll"))))
        {
            await UseAsync(context.LoadFromStream(file));
        }

        context.Unload();
        return new WeakReference(context);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task UseAsync(Assembly assembly)
    {
        var registry = new SourceRegistry();
        var plugin = (IPlugin)Activator.CreateInstance(assembly.GetExportedTypes().Single(type => type.IsAssignableTo(typeof(IPlugin))))!;
        plugin.Register(registry);
        var source = registry.Create(Some.PluginContext("""{"first_byte":"10ms"}"""));
        await foreach (var accounts in source.ReadAsync(CancellationToken.None))
        {
            foreach (var account in accounts)
            {
                await PostAsync(account, "cut; after=6");
                await PostAsync(account, "pings");
            }
        }

        await ((IAsyncDisposable)source).DisposeAsync();
    }

    private static async Task PostAsync(Account account, string fault)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("x-api-key", account.Credential!.Value.Reveal());
        client.DefaultRequestHeaders.Add("x-simulator-fault", fault);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Upstream, "/v1/messages"))
        {
            Content = new StringContent(Some.MessageBody(stream: true), Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).InTime();
    }

    private sealed class SourceRegistry : IPluginRegistry
    {
        public Func<PluginContext, IAccountSource> Create { get; private set; } = null!;

        public void AddLoadBalancer(string name, Func<PluginContext, ILoadBalancer> create) => throw new NotSupportedException();

        public void AddAccountSource(string name, Func<PluginContext, IAccountSource> create)
        {
            Assert.Equal("simulator", name);
            Create = create;
        }

        public void AddFailoverPolicy(string name, Func<PluginContext, IFailoverPolicy> create) => throw new NotSupportedException();
    }
}
