namespace ClaudeProxy.Abstractions;

/// <summary>What a policy makes of an outcome: an action, and at most one penalty.</summary>
/// <remarks>Immutable, thread-safe. The failover loop owns the limits (attempts, deadline, repeats, accounts left): where it cannot follow
/// a decision, the client gets the most useful answer so far.</remarks>
public sealed record FailoverDecision
{
    private static readonly FailoverDecision s_respond = new(FailoverAction.Respond, TimeSpan.Zero, null);
    private static readonly FailoverDecision s_nextAccount = new(FailoverAction.NextAccount, TimeSpan.Zero, null);

    private FailoverDecision(FailoverAction action, TimeSpan after, Penalty? penalty) => (Action, After, Penalty) = (action, after, penalty);

    /// <summary>What happens next.</summary>
    public FailoverAction Action { get; private init; }

    /// <summary>The wait before <see cref="FailoverAction.SameAccount"/>; zero for the other actions.</summary>
    public TimeSpan After { get; private init; }

    /// <summary>What rests, or <see langword="null"/> if nothing does.</summary>
    public Penalty? Penalty { get; private init; }

    /// <summary>The client gets this answer. After an attempt without one, an error in the API's form.</summary>
    public static FailoverDecision Respond() => s_respond;

    /// <summary>Another account is tried.</summary>
    public static FailoverDecision NextAccount() => s_nextAccount;

    /// <summary>The same account is tried again.</summary>
    /// <param name="after">The wait; 0 or more. The proxy waits between half of it and all of it, at random, so that requests that
    /// failed together do not come back together.</param>
    public static FailoverDecision SameAccount(TimeSpan after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        return new(FailoverAction.SameAccount, after, null);
    }

    /// <summary>Also lets <paramref name="scope"/> rest in tier 2 for exactly <paramref name="duration"/>. Replaces an earlier penalty.</summary>
    /// <param name="scope">What rests.</param>
    /// <param name="duration">For how long; nothing rests if it is zero or less.</param>
    public FailoverDecision RateLimit(Scope scope, TimeSpan duration) => WithPenalty(PenaltyKind.RateLimit, scope, duration);

    /// <summary>Also lets <paramref name="scope"/> rest in tier 3 for <paramref name="duration"/>, longer after failures in a row
    /// (see <see cref="PenaltyKind.CoolDown"/>). Replaces an earlier penalty.</summary>
    /// <param name="scope">What rests.</param>
    /// <param name="duration">For how long; nothing rests if it is zero or less.</param>
    public FailoverDecision CoolDown(Scope scope, TimeSpan duration) => WithPenalty(PenaltyKind.CoolDown, scope, duration);

    private FailoverDecision WithPenalty(PenaltyKind kind, Scope scope, TimeSpan duration) =>
        duration <= TimeSpan.Zero ? this with { Penalty = null } : this with { Penalty = new Penalty(kind, scope, duration) };
}
