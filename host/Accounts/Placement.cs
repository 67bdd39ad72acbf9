namespace ClaudeProxy.Accounts;

/// <summary>An account together with the upstream it stands behind. Read as one, so that no request goes with one account's credential over
/// another one's way.</summary>
/// <param name="Account">What the operator or source says of it.</param>
/// <param name="Upstream">Its upstream.</param>
internal sealed record Placement(Account Account, UpstreamState Upstream);
