using System.Collections.ObjectModel;

namespace ClaudeProxy.Abstractions;

/// <summary>An account as a load balancer sees it: enough to choose by, and no secrets.</summary>
/// <remarks>
/// A live view: a property may change between two reads of it. The host gives the same object for the same account as long as
/// the account lives, so that it may be compared by reference; do not keep it beyond the call.
/// </remarks>
/// <param name="accountId">The account's id, unique within its pool.</param>
public class Candidate(string accountId)
{
    /// <summary>The account's id, unique within its pool.</summary>
    public string AccountId { get; } = accountId;

    /// <summary>Relative share of traffic; 1 or more.</summary>
    public virtual int Weight { get; init; } = 1;

    /// <summary>Requests the account is serving now, until the last byte of the answer; 0 or more.</summary>
    public virtual int InFlight { get; init; }

    /// <summary>When the account was last given a request, by this proxy or as its source knows; <see langword="null"/> if never.</summary>
    public virtual DateTimeOffset? LastUsed { get; init; }

    /// <summary>Smoothed time to the first byte of an answer, or <see langword="null"/> before the first answer.</summary>
    public virtual TimeSpan? TimeToFirstByte { get; init; }

    /// <summary>Share of the account's rate limits that is left, from 0 (none) to 1 (all, or unknown).</summary>
    public virtual double Headroom { get; init; } = 1;

    /// <summary>Whose prompt cache the account reads and writes: its workspace's id once an answer has named it, else the account's own id.
    /// Accounts with the same one share the cache.</summary>
    public virtual string CacheId => AccountId;

    /// <summary>The account's labels; empty if it has none.</summary>
    public virtual IReadOnlyDictionary<string, string> Labels { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
