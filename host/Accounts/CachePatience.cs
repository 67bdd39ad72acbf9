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

    private int _waiting;

    /// <summary>Requests that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Until when <paramref name="request"/> may wait for one of <paramref name="readers"/>; the balancer is asked.</summary>
    public async ValueTask<DateTimeOffset> AskAsync(RequestFacts request, CachedPrompt cached, AccountState[] readers, GuardedLoadBalancer balancer)
    {
        var now = timeProvider.GetUtcNow();
        var patience = await balancer.PatienceForAsync(request, UsableIn(readers, request.Model, now)).ConfigureAwait(false);
        var until = now + (patience < Longest ? patience : Longest);
        return until < cached.Until ? until : cached.Until;
    }

    /// <summary>Waits until one of <paramref name="readers"/> is usable. False: none was in time, or too many wait.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<bool> WaitAsync(AccountState[] readers, string? model, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (timeProvider.GetUtcNow() >= until)
        {
            return false;
        }

        try
        {
            var mayWait = Interlocked.Increment(ref _waiting) <= most;
            while (mayWait && until - timeProvider.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left < s_pause ? left : s_pause, timeProvider, cancellationToken).ConfigureAwait(false);
                var now = timeProvider.GetUtcNow();
                if (Array.Exists(readers, reader => reader.HasRoom && reader.IsUsable(now, model)))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
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
