namespace ClaudeProxy.Plugins.Simulator;

/// <summary>All that a request gives a model to read.</summary>
/// <param name="Model">The model; each has a cache of its own.</param>
/// <param name="Tokens">Its length, with all that is in no block.</param>
/// <param name="Blocks">Its parts in the order in which the API caches them: tools, system prompt, messages.</param>
internal sealed record Prompt(string Model, long Tokens, IReadOnlyList<PromptBlock> Blocks);
