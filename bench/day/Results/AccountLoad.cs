namespace ClaudeProxy.Day.Results;

/// <summary>What an account served in a day.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Tokens">Their tokens, read from the cache or not, and those of the answers.</param>
internal sealed record AccountLoad(int Requests, long Tokens);
