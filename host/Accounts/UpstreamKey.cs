namespace ClaudeProxy.Accounts;

/// <summary>What accounts must have in common to stand behind the same upstream: origin, egress proxy and HTTP version.</summary>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="EgressProxy">The egress proxy, or <see langword="null"/>.</param>
/// <param name="HttpVersion">The version asked for, or <see langword="null"/>.</param>
internal sealed record UpstreamKey(string Origin, EgressProxy? EgressProxy, Version? HttpVersion)
{
    /// <summary>The upstream of <paramref name="account"/>.</summary>
    public static UpstreamKey Of(Account account) =>
        new(account.Upstream.GetLeftPart(UriPartial.Authority), account.EgressProxy, account.HttpVersion);

    /// <summary>For people: the origin, and the egress proxy if there is one.</summary>
    public override string ToString() => EgressProxy is null ? Origin : $"{Origin} via {EgressProxy.Address.GetLeftPart(UriPartial.Authority)}";
}
