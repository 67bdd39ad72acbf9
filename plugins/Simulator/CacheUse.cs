namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What a request finds in the prompt cache, and what the cache keeps for it once its answer begins.</summary>
/// <param name="Usage">What its prompt costs.</param>
/// <param name="Kept">The prefixes that it reads or adds, and how long each is kept.</param>
internal sealed record CacheUse(PromptUsage Usage, IReadOnlyList<(UInt128 Prefix, TimeSpan KeepFor)> Kept);
