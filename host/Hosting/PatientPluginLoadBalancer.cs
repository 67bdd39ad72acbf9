using ClaudeProxy.Plugins;

namespace ClaudeProxy.Hosting;

/// <summary>The same for a load balancer that may let requests wait.</summary>
internal sealed class PatientPluginLoadBalancer(PluginInstance<ILoadBalancer> instance) : PluginLoadBalancer(instance), IPatientLoadBalancer
{
    /// <inheritdoc />
    public TimeSpan PatienceFor(RequestFacts request, TimeSpan? usableIn) => ((IPatientLoadBalancer)Instance.Value).PatienceFor(request, usableIn);
}
