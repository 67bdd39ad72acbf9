namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>Redis is away, or does not answer; the message says where and why, and never holds a secret.</summary>
internal sealed class RedisUnreachableException(string message) : Exception(message);
