using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>Offers <c>redis_accounts</c>: the accounts that a relay keeps in Redis.</summary>
public sealed class RedisAccountsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.AddAccountSource("redis_accounts", context => new RedisAccountSource(RedisAccountsOptions.Read(context.Settings), context));
    }
}
