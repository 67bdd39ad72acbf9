namespace ClaudeProxy.Day.Plan;

/// <summary>The models that are asked.</summary>
internal static class ModelNames
{
    /// <summary>For most main conversations.</summary>
    public const string Opus = "claude-opus-5-5";

    /// <summary>For other main conversations, and sub-agents.</summary>
    public const string Sonnet = "claude-sonnet-5-5";

    /// <summary>For the small requests beside a conversation.</summary>
    public const string Haiku = "claude-haiku-5-5";
}
