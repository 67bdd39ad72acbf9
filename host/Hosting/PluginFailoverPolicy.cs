using ClaudeProxy.Plugins;

namespace ClaudeProxy.Hosting;

/// <summary>A failover policy of a plugin, which stays loaded as long as this is not disposed.</summary>
internal sealed class PluginFailoverPolicy(PluginInstance<IFailoverPolicy> instance) : IFailoverPolicy, IAsyncDisposable
{
    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => instance.Value.Decide(outcome);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => instance.DisposeAsync();
}
