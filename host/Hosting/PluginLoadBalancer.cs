using ClaudeProxy.Plugins;

namespace ClaudeProxy.Hosting;

/// <summary>A load balancer of a plugin, which stays loaded as long as this is not disposed.</summary>
internal class PluginLoadBalancer(PluginInstance<ILoadBalancer> instance) : ILoadBalancer, IAsyncDisposable
{
    /// <summary>The balancer, and the hold on its plugin.</summary>
    protected PluginInstance<ILoadBalancer> Instance => instance;

    /// <summary>Takes <paramref name="instance"/> over, with all that it can do.</summary>
    public static PluginLoadBalancer Of(PluginInstance<ILoadBalancer> instance) =>
        instance.Value is IPatientLoadBalancer ? new PatientPluginLoadBalancer(instance) : new PluginLoadBalancer(instance);

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => instance.Value.Pick(request, candidates);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => instance.DisposeAsync();
}
