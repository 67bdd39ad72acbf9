namespace ClaudeProxy.Accounts;

/// <summary>An account for an attempt, or why there is none.</summary>
/// <param name="Lease">The hold on the account, or <see langword="null"/>.</param>
/// <param name="Refusal">Why there is none; meaningless if there is one.</param>
/// <param name="RetryAfter">When it is worth asking again, where that is known: after a refusal of the queue.</param>
/// <param name="RecoversAt">When one of the accounts that rest is usable again, if that is worth waiting for.</param>
internal readonly record struct LeaseResult(Lease? Lease, LeaseRefusal Refusal, TimeSpan? RetryAfter, DateTimeOffset? RecoversAt)
{
    /// <summary>Nobody may serve.</summary>
    public static LeaseResult None => new(null, LeaseRefusal.NobodyUsable, null, null);

    /// <summary>Whether accounts are usable, but have no room.</summary>
    public bool IsBusy => Lease is null && Refusal == LeaseRefusal.Busy;

    /// <summary>An account.</summary>
    public static LeaseResult Of(Lease lease) => new(lease, default, null, null);

    /// <summary>No room.</summary>
    public static LeaseResult Busy(DateTimeOffset? recoversAt) => new(null, LeaseRefusal.Busy, null, recoversAt);

    /// <summary>The queue would not, or did not, help.</summary>
    public static LeaseResult Refused(LeaseRefusal refusal, TimeSpan retryAfter) => new(null, refusal, retryAfter, null);
}
