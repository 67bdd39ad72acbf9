namespace ClaudeProxy.Accounts;

/// <summary>An account for an attempt, or why there is none.</summary>
/// <param name="Lease">The hold on the account, or <see langword="null"/>.</param>
/// <param name="Refusal">Why there is none; meaningless if there is one.</param>
/// <param name="RetryAfter">When it is worth asking again, where that is known: after a refusal of the queue.</param>
internal readonly record struct LeaseResult(Lease? Lease, LeaseRefusal Refusal, TimeSpan? RetryAfter)
{
    /// <summary>Nobody may serve.</summary>
    public static LeaseResult None => new(null, LeaseRefusal.NobodyUsable, null);

    /// <summary>An account.</summary>
    public static LeaseResult Of(Lease lease) => new(lease, default, null);
}
