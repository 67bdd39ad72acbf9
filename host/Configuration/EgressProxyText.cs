namespace ClaudeProxy.Configuration;

/// <summary>Egress proxies as a configuration writes them: <c>socks5://user:password@host:port</c>.</summary>
internal static class EgressProxyText
{
    private const int SocksPort = 1080; // RFC 1928

    /// <summary>Reads a text; <see langword="null"/> if it is no address of a proxy.</summary>
    public static EgressProxy? Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "socks5")
            || uri is not { Host.Length: > 0, AbsolutePath: "" or "/", Query: "", Fragment: "" }
            || !Uri.TryCreate($"{uri.Scheme}://{uri.Host}:{(uri.Port > 0 ? uri.Port : SocksPort)}", UriKind.Absolute, out var address))
        {
            return null;
        }

        if (uri.UserInfo.Length == 0)
        {
            return new EgressProxy(address);
        }

        var (user, password) = uri.UserInfo.Split(':', 2) is [var before, var after] ? (before, after) : (uri.UserInfo, "");
        return new EgressProxy(address)
        {
            UserName = Uri.UnescapeDataString(user),
            Password = new Secret(Uri.UnescapeDataString(password)),
        };
    }
}
