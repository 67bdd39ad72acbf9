namespace ClaudeProxy.Plugins.Weighted;

/// <summary>What one account may claim of the turns.</summary>
internal sealed class Share(string accountId)
{
    /// <summary>The account's id.</summary>
    public string AccountId { get; } = accountId;

    /// <summary>The account's weight when it was last looked at; 1 or more.</summary>
    public int Weight { get; set; }

    /// <summary>Turns it is owed, or owes if negative, times the sum of all weights.</summary>
    public long Credit { get; set; }
}
