namespace ClaudeProxy.Abstractions;

/// <summary>What happens after an attempt.</summary>
public enum FailoverAction
{
    /// <summary>The client gets this answer.</summary>
    Respond,

    /// <summary>Another account is tried.</summary>
    NextAccount,

    /// <summary>The same account is tried again, after a wait.</summary>
    SameAccount,
}
