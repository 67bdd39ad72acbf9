namespace ClaudeProxy.Abstractions;

/// <summary>What an account shows its upstream: one header, which replaces whatever credential the client sent.</summary>
/// <param name="HeaderName">The header's name, such as <c>x-api-key</c>.</param>
/// <param name="Scheme">The word before the value, such as <c>Bearer</c>; <see langword="null"/> for none.</param>
/// <param name="Value">The secret itself.</param>
public sealed record Credential(string HeaderName, string? Scheme, Secret Value)
{
    /// <summary>An API key, sent as <c>x-api-key</c>.</summary>
    public static Credential ApiKey(string key) => new("x-api-key", null, new Secret(key));

    /// <summary>A token, sent as <c>authorization: Bearer</c>.</summary>
    public static Credential BearerToken(string token) => new("authorization", "Bearer", new Secret(token));

    /// <summary>The id of an account that a relay keeps, sent to the relay as <c>x-api-key</c>.</summary>
    public static Credential AccountId(string accountId) => ApiKey(accountId);

    /// <summary>Tells by its prefix what <paramref name="token"/> is: <c>sk-ant-</c> is an API key, unless it goes on with
    /// <c>oat</c> (an OAuth token); everything else is a bearer token.</summary>
    public static Credential FromToken(string token) =>
        token.StartsWith("sk-ant-", StringComparison.Ordinal) && !token.StartsWith("sk-ant-oat", StringComparison.Ordinal)
            ? ApiKey(token)
            : BearerToken(token);

    /// <summary>The header's value as it goes onto the wire. Secret.</summary>
    public string RevealHeaderValue() => Scheme is null ? Value.Reveal() : $"{Scheme} {Value.Reveal()}";
}
