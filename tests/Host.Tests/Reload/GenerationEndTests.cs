using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

/// <summary>A generation ends with the last request that has not been committed on it.</summary>
public sealed class GenerationEndTests
{
    [Fact]
    public async Task StreamGoesOn_OldPolicyAndGenerationAreGoneFromMemory()
    {
        var stream = new FakeStream();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var script = proxy.Write("x.csx", "return NextAccount();");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a").With("policy", "x.csx")));
        var (generation, response) = (GenerationOf(proxy), await StartStreamAsync(proxy, stream));

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a")));

        await Eventually.HoldsAsync(() => Reloads.LoadedContexts(script) == 0);
        await Eventually.HoldsAsync(() => !IsAliveAfterCollection(generation));
        Assert.Equal(1, (await proxy.StatusAsync()).GetProperty("requests_in_flight").GetInt32());
        await AssertStreamEndsWellAsync(stream, response);
    }

    [Fact]
    public async Task StreamGoesOn_OldPluginIsGoneFromMemory()
    {
        const string Plugin = "EndsUnderAStream";
        var stream = new FakeStream();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Stream(stream);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var folder = Path.Combine(proxy.Folder, "plugins");
        PluginSource.WriteBalancer(folder, Plugin, "ends_under_a_stream", "return candidates[0];");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a").With("algorithm", "ends_under_a_stream")));
        var response = await StartStreamAsync(proxy, stream);
        Assert.Equal(1, Reloads.LoadedContexts(Plugin));

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "a")));
        await proxy.ReloadedAsync(() => Directory.Delete(folder, recursive: true));

        await Eventually.HoldsAsync(() => Reloads.LoadedContexts(Plugin) == 0);
        await AssertStreamEndsWellAsync(stream, response);
    }

    [Fact]
    public async Task RequestBeforeItsCommit_IsJudgedByThePolicyItBeganWith()
    {
        var gate = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(418, "a teapot").After(gate.Task);
        var config = ProxyHarness.Config(upstream, "a", "b").With("mode", "fallback").With("policy", "x.csx");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        var script = proxy.Write("x.csx", "return NextAccount();");
        await proxy.ReloadedAsync(() => proxy.WriteConfig(config));
        var request = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        await proxy.ReloadedAsync(() => proxy.Write("x.csx", "return Respond();"));
        Assert.Equal(2, Reloads.LoadedContexts(script));
        gate.SetResult();

        using var response = await request;
        Assert.Equal("b", Reloads.ServedBy(await response.Content.ReadAsStringAsync()));
        Assert.Equal("a teapot", await proxy.ServedByAsync());
        await Eventually.HoldsAsync(() => Reloads.LoadedContexts(script) == 1);
    }

    [Fact]
    public async Task SourceThatNeverEnds_HoldsUpNeitherTheLastAnswerNorTheNextReload()
    {
        var gate = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200, "late").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "b");
        PluginSource.Write(Path.Combine(proxy.Folder, "plugins"), "NeverEnds", $$"""
            public sealed class Entry : IPlugin
            {
                public void Register(IPluginRegistry registry) => registry.AddAccountSource("never_ends", _ => new Source());
            }

            public sealed class Source : IAccountSource, IAsyncDisposable
            {
                public async IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
                {
                    await Task.Yield();
                    yield return [new Account { Id = "a", Upstream = new Uri("{{upstream.Address}}"), Credential = Credential.ApiKey("token-a") }];
                    await Task.Delay(Timeout.Infinite);
                }

                public ValueTask DisposeAsync() => new(Task.Delay(Timeout.Infinite));
            }
            """);
        await proxy.ReloadedAsync(() => proxy.WriteConfig(new JsonObject { ["accounts"] = new JsonObject { ["source"] = "never_ends" } }));
        var request = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);

        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "b")));
        gate.SetResult();

        using var response = await request;
        Assert.Equal("late", await response.Content.ReadAsStringAsync());
        await proxy.ReloadedAsync(() => proxy.WriteConfig(ProxyHarness.Config(upstream, "b", "c")));
        await Eventually.HoldsAsync(() => proxy.Logs.Of("AccountSourceNotEnded").Count == 1);
    }

    [Fact]
    public async Task ReloadAfterTheEnd_DoesNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var proxy = await ProxyHarness.StartAsync(upstream, "a");
        await proxy.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proxy.Proxy.ReloadAsync(CancellationToken.None)).InTime();

        Assert.Empty(proxy.Logs.Of("ReloadRefused"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference GenerationOf(ProxyHarness proxy)
    {
        var generation = proxy.Proxy.Current.Rent();
        var reference = new WeakReference(generation.Value);
        proxy.Proxy.Current.Return(generation);
        return reference;
    }

    private static bool IsAliveAfterCollection(WeakReference reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return reference.IsAlive;
    }

    private static async Task<HttpResponseMessage> StartStreamAsync(ProxyHarness proxy, FakeStream stream)
    {
        var request = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.Started.InTime();
        await stream.SendEventAsync("message_start");
        return await request;
    }

    private static async Task AssertStreamEndsWellAsync(FakeStream stream, HttpResponseMessage response)
    {
        await stream.SendEventAsync("message_stop");
        stream.End();
        Assert.Equal(Sse.Event("message_start") + Sse.Event("message_stop"), await response.Content.ReadAsStringAsync().InTime());
        response.Dispose();
    }
}
