using ClaudeProxy.Extensions;

namespace ClaudeProxy.Accounts;

/// <summary>Lets requests wait for an account that has their conversation in cache, as long as the balancer finds that worth it. Thread-safe.</summary>
/// <remarks>A request that waits holds nothing. No more than <paramref name="most"/> wait at a time; further ones go on at once.</remarks>
internal sealed class CachePatience(int most, TimeProvider timeProvider)
{
    /// <summary>No request waits longer, whatever the balancer says.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks of one request whether such an account is usable again.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Timers are not finer: a shorter wait would be none, again and again.</summary>
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private int _waiting;

    /// <summary>Requests that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Asks the balancer how long <paramref name="request"/> may wait.</summary>
    /// <param name="request">The request, with what is cached of its conversation.</param>
    /// <param name="set">The accounts.</param>
    /// <param name="group">The priority group that serves it otherwise: it does not wait for worse ones.</param>
    /// <param name="balancer">The balancer.</param>
    public async ValueTask<CacheWait> AskAsync(RequestFacts request, AccountSet set, int group, GuardedLoadBalancer balancer)
    {
        var (cached, now) = (request.Cached!, timeProvider.GetUtcNow());
        var readers = cached.ReadersIn(set, request.Model, group);
        var patience = await balancer.PatienceForAsync(request, UsableIn(readers, request.Model, now)).ConfigureAwait(false);
        var until = now + (patience < Longest ? patience : Longest);
        return new CacheWait(request, readers, until < cached.Until ? until : cached.Until);
    }

    /// <summary>Waits until such an account is usable. False: none was in time, or too many wait.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<bool> WaitAsync(CacheWait wait, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetUtcNow();
        if (began >= wait.Until)
        {
            return false;
        }

        try
        {
            var mayWait = Interlocked.Increment(ref _waiting) <= most;
            for (var now = began; mayWait && wait.Until - now >= s_shortestWait;)
            {
                var left = wait.Until - now;
                await Task.Delay(left < s_pause ? left : s_pause, timeProvider, cancellationToken).ConfigureAwait(false);
                now = timeProvider.GetUtcNow();
                if (wait.IsOverAt(now))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            wait.Waited += timeProvider.GetUtcNow() - began;
        }
    }

    /// <summary>When the first of <paramref name="readers"/> is usable again: at once where its rest is over and another request tries it first;
    /// <see langword="null"/> if all are only busy, or nobody knows.</summary>
    private static TimeSpan? UsableIn(AccountState[] readers, string? model, DateTimeOffset now)
    {
        TimeSpan? first = null;
        foreach (var reader in readers)
        {
            var standing = reader.StandingAt(now, model);
            if (standing.Tier == Tier.Unusable || standing is { Tier: Tier.Usable, IsHalfOpen: false })
            {
                continue;
            }

            var usableIn = standing.Tier == Tier.Usable ? TimeSpan.Zero : standing.Until - now;
            first = first is { } earliest && earliest < usableIn ? earliest : usableIn;
        }

        return first;
    }
}
