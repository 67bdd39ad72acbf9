using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Results;

/// <summary>What a model costs, in dollars for a million tokens.</summary>
/// <param name="Input">Input that the cache has no part in.</param>
/// <param name="Output">Output.</param>
/// <param name="Write5m">Input that is written to the cache for five minutes.</param>
/// <param name="Write1h">Input that is written to the cache for an hour.</param>
/// <param name="Read">Input that is read from the cache.</param>
internal sealed record Prices(double Input, double Output, double Write5m, double Write1h, double Read)
{
    // https://platform.claude.com/docs/en/about-claude/pricing, as of October 2026. Writing costs 1.25 and 2 times as much as input. Reading
    // costs a twentieth with the 5.5 models but Haiku, where it is a tenth as with those before; Haiku's prices are for prompts up to 100,000 tokens.
    private static readonly (string Model, Prices Prices)[] s_all =
    [
        ("claude-opus-5-5", new(4, 20, 5, 8, 0.2)),
        ("claude-sonnet-5-5", new(2, 10, 2.5, 4, 0.1)),
        ("claude-haiku-5-5", new(0.1, 0.5, 0.125, 0.2, 0.01)),
    ];

    /// <summary>The prices of <paramref name="model"/>.</summary>
    public static Prices Of(string model) => s_all.Single(entry => entry.Model == model).Prices;

    /// <summary>What a request costs, in dollars.</summary>
    public double CostOf(PromptUsage usage, long output) => ((usage.Input * Input) + (usage.Written5m * Write5m) + (usage.Written1h * Write1h)
        + (usage.Read * Read) + (output * Output)) / 1e6;
}
