namespace ClaudeProxy.Abstractions;

/// <summary>Takes the names of what a plugin offers. Valid only during <see cref="IPlugin.Register"/>.</summary>
/// <remarks>
/// A name is <c>snake_case</c> (a to z, 0 to 9 and <c>_</c>, beginning with a letter) and is what the configuration says.
/// A factory is called each time the configuration asks for the name anew; what it returns is disposed when it is no longer needed.
/// A factory that throws refuses the configuration: the message of a <see cref="PluginSettingsException"/> is shown as it is.
/// </remarks>
public interface IPluginRegistry
{
    /// <summary>Offers a load balancer under <paramref name="name"/>, for <c>algorithm</c>.</summary>
    void AddLoadBalancer(string name, Func<PluginContext, ILoadBalancer> create);

    /// <summary>Offers an account source under <paramref name="name"/>, for <c>accounts.source</c>.</summary>
    void AddAccountSource(string name, Func<PluginContext, IAccountSource> create);

    /// <summary>Offers a failover policy under <paramref name="name"/>, for <c>policy</c>.</summary>
    void AddFailoverPolicy(string name, Func<PluginContext, IFailoverPolicy> create);
}
