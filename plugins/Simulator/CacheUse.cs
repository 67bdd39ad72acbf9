namespace ClaudeProxy.Plugins.Simulator;

/// <summary>What a request finds in the prompt cache, and what it adds once its answer begins.</summary>
/// <param name="Usage">What its prompt costs.</param>
/// <param name="Added">The prefixes that it adds, and how long each is kept.</param>
internal sealed record CacheUse(PromptUsage Usage, IReadOnlyList<(UInt128 Prefix, TimeSpan KeepFor)> Added);
