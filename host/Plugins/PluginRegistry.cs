using System.Text.RegularExpressions;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Plugins;

/// <summary>Takes what one plugin offers.</summary>
/// <param name="file">The plugin's assembly, for messages.</param>
internal sealed partial class PluginRegistry(string file) : IPluginRegistry
{
    private readonly Dictionary<OfferKey, Func<PluginContext, object>> _factories = [];
    private bool _closed;

    /// <inheritdoc />
    public void AddLoadBalancer(string name, Func<PluginContext, ILoadBalancer> create) => Add(OfferKey.LoadBalancer, name, create);

    /// <inheritdoc />
    public void AddAccountSource(string name, Func<PluginContext, IAccountSource> create) => Add(OfferKey.AccountSource, name, create);

    /// <inheritdoc />
    public void AddFailoverPolicy(string name, Func<PluginContext, IFailoverPolicy> create) => Add(OfferKey.FailoverPolicy, name, create);

    /// <summary>Ends the registration and hands over what came in.</summary>
    public IReadOnlyDictionary<OfferKey, Func<PluginContext, object>> Close()
    {
        _closed = true;
        return _factories;
    }

    private void Add(string kind, string name, Func<PluginContext, object> create)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(create);
        if (_closed)
        {
            throw new InvalidOperationException($"The {kind} '{name}' came after Register had returned.");
        }

        if (!SnakeCase().IsMatch(name))
        {
            throw new PluginException(
                $"Plugin '{file}' offers the {kind} '{name}'; a name is made of a to z, 0 to 9 and _, and begins with a letter.");
        }

        var key = new OfferKey(kind, name);
        if (kind == OfferKey.FailoverPolicy && ProxyOptions.HostPolicies.Contains(name))
        {
            throw new PluginException($"Plugin '{file}' offers the {key}, which is the name of the host's own; choose another name.");
        }

        if (!_factories.TryAdd(key, create))
        {
            throw new PluginException($"Plugin '{file}' offers the {key} twice; remove one of them.");
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]*\z")]
    private static partial Regex SnakeCase();
}
