namespace ClaudeProxy.Abstractions;

/// <summary>The proxy through which an account reaches its upstream.</summary>
/// <param name="Address">Scheme, host and port: <c>http://</c> or <c>socks5://</c>, without user and password.</param>
public sealed record EgressProxy(Uri Address)
{
    /// <summary>The user name, or <see langword="null"/> for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or <see langword="null"/> for none.</summary>
    public Secret? Password { get; init; }
}
