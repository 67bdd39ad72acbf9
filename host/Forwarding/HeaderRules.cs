using System.Collections.Frozen;

namespace ClaudeProxy.Forwarding;

/// <summary>Which headers stop at the proxy. All others pass in both directions: they are open lists.</summary>
internal static class HeaderRules
{
    /// <summary>Of one connection, never of a message (RFC 9110 7.6.1, and what is known to be misused as such).</summary>
    private static readonly string[] s_hopByHop =
    [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "proxy-authenticate",
        "proxy-authorization", "proxy-authentication-info", "http2-settings", "alt-svc", "alpn", "close",
    ];

    /// <summary>Client credentials, wherever a client may put them.</summary>
    private static readonly string[] s_credentials = ["authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie"];

    /// <summary>Ours to write anew, or about a hop that is none of the upstream's business.</summary>
    private static readonly string[] s_requestOnly =
    [
        "host", "expect", "content-length", "x-content-length", "forwarded", "via", "x-real-ip", "traceparent", "tracestate", "baggage",
    ];

    /// <summary>Who the client is and where it came from; there are more names of this kind than anybody lists.</summary>
    private const string Forwarded = "x-forwarded-";

    private static readonly FrozenSet<string> s_notSent =
        new[] { s_hopByHop, s_credentials, s_requestOnly }.SelectMany(names => names).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The id is ours to give, and a proxy of this kind behind us gives its own.</summary>
    private static readonly FrozenSet<string> s_notReturned =
        s_hopByHop.Concat(["content-length", "x-claude-proxy-request-id"]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a client's header goes to an upstream that is shown the credential in <paramref name="credentialHeader"/>.</summary>
    /// <remarks>A name with <c>_</c> counts as the one with <c>-</c>: some servers read it so.</remarks>
    public static bool IsSent(string name, string? credentialHeader)
    {
        var read = AsServersRead(name);
        return !s_notSent.Contains(read)
            && !read.StartsWith(Forwarded, StringComparison.OrdinalIgnoreCase)
            && !(credentialHeader is not null && read.Equals(AsServersRead(credentialHeader), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a value is a client's key by its form, under whatever name it comes: <c>authenticator KEY</c> or <c>sk-ant-…</c>.</summary>
    public static bool IsCredential(ReadOnlySpan<char> value)
    {
        const string Bearer = "Bearer ";
        value = value.Trim();
        value = value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? value[Bearer.Length..].TrimStart() : value;
        return value.StartsWith("authenticator ", StringComparison.OrdinalIgnoreCase) || value.StartsWith("sk-ant-", StringComparison.Ordinal);
    }

    /// <summary>Whether an upstream's header goes to the client.</summary>
    public static bool IsReturned(string name) => !s_notReturned.Contains(name);

    /// <summary>Whether <paramref name="connection"/>, the values of a Connection header, names <paramref name="name"/> as one of this hop.</summary>
    public static bool IsNominated(IReadOnlyList<string?> connection, string name)
    {
        foreach (var value in connection)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string AsServersRead(string name) => name.Contains('_', StringComparison.Ordinal) ? name.Replace('_', '-') : name;
}
