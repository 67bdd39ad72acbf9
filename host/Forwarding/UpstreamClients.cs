using System.Collections.Concurrent;
using ClaudeProxy.Accounts;
using ClaudeProxy.Hosting;

namespace ClaudeProxy.Forwarding;

/// <summary>The connections to all upstreams: one pool for each, shared by the accounts behind it. Thread-safe.</summary>
/// <remarks>
/// A pool may hold many connections that a firewall has silently cut, each of which would cost one more request its timeout. So after
/// a fault of the transport the pool is replaced, and the next attempt goes over fresh connections; requests that run on the old ones end there.
/// </remarks>
internal sealed class UpstreamClients(TimeSpan connectTimeout, Func<UpstreamKey, TimeSpan, HttpMessageHandler>? connect = null) : IDisposable
{
    private readonly Func<UpstreamKey, TimeSpan, HttpMessageHandler> _connect = connect ?? UpstreamHandler.Create;
    private readonly ConcurrentDictionary<UpstreamKey, Shared<UpstreamConnections>> _pools = new();

    /// <summary>A reference to the present pool of <paramref name="upstream"/>; release it when the answer is read.</summary>
    public Shared<UpstreamConnections> Rent(UpstreamKey upstream)
    {
        while (true)
        {
            var pool = _pools.TryGetValue(upstream, out var known) ? known : Add(upstream);
            if (pool.TryAddReference())
            {
                return pool;
            }
        }
    }

    /// <summary>Replaces <paramref name="pool"/>, which has failed, by a fresh pool.</summary>
    public ValueTask ReplaceAsync(UpstreamKey upstream, Shared<UpstreamConnections> pool) =>
        _pools.TryRemove(new KeyValuePair<UpstreamKey, Shared<UpstreamConnections>>(upstream, pool)) ? pool.Release() : ValueTask.CompletedTask;

    /// <summary>Lets go of the pools of upstreams that are not among <paramref name="current"/>.</summary>
    public void Keep(IReadOnlySet<UpstreamKey> current)
    {
        foreach (var key in _pools.Keys.Where(key => !current.Contains(key)))
        {
            if (_pools.TryRemove(key, out var pool))
            {
                _ = pool.Release().AsTask();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => Keep(new HashSet<UpstreamKey>());

    private Shared<UpstreamConnections> Add(UpstreamKey upstream)
    {
        var added = new Shared<UpstreamConnections>(new UpstreamConnections(new HttpMessageInvoker(_connect(upstream, connectTimeout))));
        var inUse = _pools.GetOrAdd(upstream, added);
        if (inUse != added)
        {
            added.Value.Dispose();
        }

        return inUse;
    }
}
