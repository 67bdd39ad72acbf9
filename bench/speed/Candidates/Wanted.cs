namespace ClaudeProxy.Speed.Candidates;

/// <summary>What a case wants of a candidate.</summary>
/// <param name="Accounts">The upstream's port for each account.</param>
internal sealed record Wanted(IReadOnlyList<int> Accounts)
{
    /// <summary>The upstream's ports, each once: all that proxies see of accounts which know addresses only.</summary>
    public IEnumerable<int> Ports => Accounts.Distinct();

    /// <summary>Whether the first account that works is to be used, and the next one asked when it does not.</summary>
    public bool IsInOrder { get; init; }

    /// <summary>What decides about failover, where that can be chosen.</summary>
    public string Policy { get; init; } = "built_in";
}
