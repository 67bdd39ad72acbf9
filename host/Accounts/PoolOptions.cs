using ClaudeProxy.Configuration;

namespace ClaudeProxy.Accounts;

/// <summary>What the operator wrote that concerns a pool. A change makes a new pool; what has been learnt of the accounts stays.</summary>
internal sealed record PoolOptions
{
    /// <summary>Whether the balancer chooses among all, or the order is strict.</summary>
    public BalancingMode Mode { get; init; } = BalancingMode.LoadBalance;

    /// <summary>Whether a failed request is tried on another account.</summary>
    public bool Fallback { get; init; } = true;

    /// <summary>How an account is left alone before its limits are reached.</summary>
    public HeadroomOptions Headroom { get; init; } = new();

    /// <summary>How an account comes back.</summary>
    public RecoveryOptions Recovery { get; init; } = new();

    /// <summary>How requests wait while every account is busy.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>Requests that may wait at a time for the accounts that have their conversations in cache.</summary>
    public int MaxHeld { get; init; } = new FailoverOptions().MaxHeld;

    /// <summary>The part of <paramref name="options"/> that concerns a pool.</summary>
    public static PoolOptions Of(ProxyOptions options) => new()
    {
        Mode = options.Mode,
        Fallback = options.Fallback,
        Headroom = options.Headroom,
        Recovery = options.Recovery,
        Queue = options.Queue,
        MaxHeld = options.Failover.MaxHeld,
    };
}
