namespace ClaudeProxy.Plugins.Weighted;

/// <summary>What one account may claim of the turns.</summary>
/// <param name="AccountId">The account's id.</param>
/// <param name="Weight">The account's weight.</param>
/// <param name="Credit">Turns it is owed, or owes if negative, times the sum of all weights.</param>
internal record struct Share(string AccountId, int Weight, long Credit)
{
    /// <summary>Whether it is that account's; the host gives the same string again and again.</summary>
    public readonly bool IsOf(string accountId) => ReferenceEquals(AccountId, accountId) || AccountId == accountId;
}
