namespace ClaudeProxy.Plugins.LeastRecentlyUsed;

/// <summary>When the balancer itself picked an account last.</summary>
/// <param name="AccountId">The account's id.</param>
/// <param name="Ticks">When, in ticks of UTC.</param>
internal record struct OwnPick(string AccountId, long Ticks)
{
    /// <summary>Whether it is that account's; the host gives the same string again and again.</summary>
    public readonly bool IsOf(string accountId) => ReferenceEquals(AccountId, accountId) || AccountId == accountId;
}
