using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Plan;

/// <summary>What conversations have in common: the tools, and the part of the system prompt that is the same for everybody.</summary>
internal static class SharedPrompt
{
    /// <summary>The main conversations.</summary>
    public const int Main = -1;

    /// <summary>Kinds of sub-agents, from 0.</summary>
    public const int AgentKinds = 3;

    /// <summary>Its blocks for <paramref name="kind"/>, without breakpoints.</summary>
    public static IEnumerable<PromptBlock> Of(int kind)
    {
        var (tools, tokensOfTool, tokensOfSystem) = SizesOf(kind);
        return Enumerable.Range(0, tools + 1).Select(index => new PromptBlock(
            ContentHash.Of($"shared {kind} {index}"), index < tools ? tokensOfTool : tokensOfSystem));
    }

    /// <summary>Its length.</summary>
    public static int TokensOf(int kind)
    {
        var (tools, tokensOfTool, tokensOfSystem) = SizesOf(kind);
        return (tools * tokensOfTool) + tokensOfSystem;
    }

    private static (int Tools, int TokensOfTool, int TokensOfSystem) SizesOf(int kind) => kind == Main ? (27, 500, 3500) : (12, 450, 1800 + (300 * kind));
}
