using ClaudeProxy.Accounts;
using ClaudeProxy.Checks;
using ClaudeProxy.Configuration;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Extensions;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Plugins;

namespace ClaudeProxy.Hosting;

/// <summary>Everything built from one state of configuration, plugins and policies; swapped as a whole. Immutable.</summary>
/// <remarks>Requests hold it until their answer is committed. The last one to let go of it lets go of its parts.</remarks>
internal sealed class Generation : IAsyncDisposable
{
    /// <summary>What the operator wrote.</summary>
    public required ProxyOptions Options { get; init; }

    /// <summary>Who may come in.</summary>
    public required ClientKeys ClientKeys { get; init; }

    /// <summary>The plugins.</summary>
    public required Part<PluginCatalog> Plugins { get; init; }

    /// <summary>The accounts, and where they come from.</summary>
    public required Part<AccountFeed> Feed { get; init; }

    /// <summary>Who chooses among them.</summary>
    public required Part<GuardedLoadBalancer> Balancer { get; init; }

    /// <summary>Who judges failures.</summary>
    public required Part<GuardedFailoverPolicy> Policy { get; init; }

    /// <summary>The connections to upstreams.</summary>
    public required Part<UpstreamClients> Clients { get; init; }

    /// <summary>The checks of single accounts.</summary>
    public required Part<AccountChecks> Checks { get; init; }

    /// <summary>Gets requests served with all of these.</summary>
    public required FailoverLoop Loop { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // The last one to let go is a request, which must not do this work itself.
        await Task.Yield();
        try
        {
            await Checks.Shared.Release().ConfigureAwait(false);
            await Feed.Shared.Release().ConfigureAwait(false);
            await Balancer.Shared.Release().ConfigureAwait(false);
            await Policy.Shared.Release().ConfigureAwait(false);
        }
        finally
        {
            await Clients.Shared.Release().ConfigureAwait(false);
            await Plugins.Shared.Release().ConfigureAwait(false);
        }
    }
}
