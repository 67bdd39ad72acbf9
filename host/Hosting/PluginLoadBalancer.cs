using ClaudeProxy.Plugins;

namespace ClaudeProxy.Hosting;

/// <summary>A load balancer of a plugin, which stays loaded as long as this is not disposed.</summary>
internal sealed class PluginLoadBalancer(PluginInstance<ILoadBalancer> instance) : ILoadBalancer, IAsyncDisposable
{
    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => instance.Value.Pick(request, candidates);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => instance.DisposeAsync();
}
