namespace ClaudeProxy.Abstractions;

/// <summary>What a prompt cache holds of a conversation: each request that goes elsewhere pays for writing it again.</summary>
/// <remarks>Immutable, thread-safe. As the last answer told: a cache may lose an entry early.</remarks>
/// <param name="CacheId">Whose cache it is: the <see cref="Candidate.CacheId"/> of every account that reads it.</param>
/// <param name="AccountId">The account that served the conversation last.</param>
/// <param name="Tokens">Length of what is cached, in tokens; 0 if the answer did not tell.</param>
/// <param name="Until">When it is lost, unless it is used before.</param>
public sealed record CachedPrompt(string CacheId, string AccountId, long Tokens, DateTimeOffset Until);
