using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Balancing;

/// <summary>A candidate that shares the cache of others.</summary>
internal sealed class Member(string accountId, string cacheId) : Candidate(accountId)
{
    /// <inheritdoc />
    public override string CacheId => cacheId;
}
