namespace ClaudeProxy.Plugins;

/// <summary>What a plugin offers: a kind of thing, and the name by which the configuration asks for it.</summary>
/// <param name="Kind">The kind, in the words of a person.</param>
/// <param name="Name">The name, in <c>snake_case</c>.</param>
internal readonly record struct OfferKey(string Kind, string Name)
{
    /// <summary>The kind of an <see cref="ILoadBalancer"/>.</summary>
    public const string LoadBalancer = "load balancer";

    /// <summary>The kind of an <see cref="IAccountSource"/>.</summary>
    public const string AccountSource = "account source";

    /// <summary>The kind of an <see cref="IFailoverPolicy"/>.</summary>
    public const string FailoverPolicy = "failover policy";

    /// <inheritdoc />
    public override string ToString() => $"{Kind} {Name}";
}
