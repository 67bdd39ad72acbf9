namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>The place of an account in the <see cref="Roster"/>: what a choice reads of everybody lies side by side, what it reads of few behind it.</summary>
/// <param name="AccountId">The account's id.</param>
/// <param name="Hash">Its number for <see cref="Rendezvous"/>.</param>
/// <param name="Entry">What is remembered of it.</param>
internal readonly record struct Seat(string AccountId, ulong Hash, RosterEntry Entry)
{
    /// <summary>The place of the account that <paramref name="entry"/> is about.</summary>
    public static Seat Of(RosterEntry entry) => new(entry.AccountId, Rendezvous.HashOf(entry.AccountId), entry);

    /// <summary>Whether it is the place of that account; the host gives the same string again and again.</summary>
    public bool IsFor(string accountId) => ReferenceEquals(AccountId, accountId) || AccountId == accountId;
}
