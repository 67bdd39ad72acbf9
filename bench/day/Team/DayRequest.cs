using ClaudeProxy.Day.Plan;
using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Team;

/// <summary>A request as its client means it. Over the wire goes a short body with a number, by which the upstreams find this.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Client">The developer's key.</param>
/// <param name="Session">The session.</param>
/// <param name="Agent">The sub-agent, or <see langword="null"/>.</param>
/// <param name="KeepFor">How long the cache is asked to keep the prompt, or <see langword="null"/> if it is not asked.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Turn">What is answered, and when.</param>
internal sealed record DayRequest(int Number, string Client, string Session, string? Agent, TimeSpan? KeepFor, Prompt Prompt, Turn Turn)
{
    /// <summary>The header that carries the number.</summary>
    public const string NumberHeader = "x-day-request";

    /// <summary>What has a prefix of its own in the cache.</summary>
    public string ConversationKey => $"{Session} {Agent} {Prompt.Model}";

    /// <summary>What upstreams have answered to it so far, other than by serving it.</summary>
    public List<int> Refusals { get; } = [];

    /// <summary>The body, with all that the proxy looks at.</summary>
    public string Body()
    {
        var control = KeepFor is null ? "" : $$""","cache_control":{"type":"ephemeral","ttl":"{{(KeepFor == CacheControl.Hour ? "1h" : "5m")}}"}""";
        return $$"""
            {"model":"{{Prompt.Model}}","max_tokens":32000,"stream":{{(KeepFor is null ? "false" : "true")}},
             "system":[{"type":"text","text":"{{Client}}"{{control}}}],"messages":[{"role":"user","content":"{{Session}} {{Agent}}"}]}
            """;
    }
}
