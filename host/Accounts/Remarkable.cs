namespace ClaudeProxy.Accounts;

/// <summary>An account that a <see cref="Survey"/> cannot vouch for.</summary>
/// <param name="Account">The account.</param>
/// <param name="Group">Its priority group.</param>
/// <param name="Place">How many of the unremarkable come before it.</param>
internal readonly record struct Remarkable(AccountState Account, int Group, int Place);
