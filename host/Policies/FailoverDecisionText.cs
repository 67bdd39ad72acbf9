namespace ClaudeProxy.Policies;

/// <summary>Writes decisions in the words in which scripts make them.</summary>
internal static class FailoverDecisionText
{
    /// <summary>For example <c>NextAccount().CoolDown(Account, 60s)</c>.</summary>
    public static string Write(FailoverDecision decision)
    {
        var after = decision.Action == FailoverAction.SameAccount ? $"after: {DurationText.Write(decision.After)}" : "";
        var penalty = decision.Penalty is { } rest ? $".{rest.Kind}({rest.Scope}, {DurationText.Write(rest.Duration)})" : "";
        return $"{decision.Action}({after}){penalty}";
    }
}
