namespace ClaudeProxy.Abstractions;

/// <summary>What a failure belongs to, and so what cools down for it.</summary>
public enum Scope
{
    /// <summary>The account.</summary>
    Account,

    /// <summary>The account, for the model of this request only. The account as a whole if the request names no model.</summary>
    AccountModel,

    /// <summary>Every account of the same workspace; the account alone until an answer has named its workspace. A rate limit concerns only
    /// the models that the API counts together with the request's (without a model, the account alone); a cooldown concerns all.</summary>
    Workspace,

    /// <summary>Every account behind the same upstream (and the same egress proxy).</summary>
    Upstream,

    /// <summary>Every account of the same organization; the account alone until an answer has named its organization.</summary>
    Organization,
}
