namespace ClaudeProxy.Accounts;

/// <summary>The last failure of an account, for people.</summary>
/// <param name="Text">What happened; never secret.</param>
/// <param name="At">When.</param>
internal sealed record AccountError(string Text, DateTimeOffset At);
