namespace ClaudeProxy.Plugins.Simulator;

/// <summary>A part of a prompt, as small as can be cached: a tool, or a block of the system prompt or of a message.</summary>
/// <param name="Content">A hash of what it says.</param>
/// <param name="Tokens">Its length.</param>
/// <param name="KeepFor">How long the prompt up to here is to be kept in the cache, or <see langword="null"/> if it need not be.</param>
internal readonly record struct PromptBlock(UInt128 Content, long Tokens, TimeSpan? KeepFor = null);
