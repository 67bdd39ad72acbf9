namespace ClaudeProxy.Usage;

/// <summary>Tells whose cache it is that a conversation is in.</summary>
internal static class CachedPromptExtensions
{
    /// <summary>Whether <paramref name="account"/> reads that cache. What was noted before the account's workspace was known bears the account's own name.</summary>
    public static bool IsReadBy(this CachedPrompt cached, Candidate account) => cached.CacheId == account.CacheId || cached.CacheId == account.AccountId;
}
