using System.Net;

namespace ClaudeProxy.Administration;

/// <summary>Where our own commands find the key to a running proxy.</summary>
internal static class AdminKeySource
{
    /// <summary>The environment variable that names a key; it goes before all else.</summary>
    public const string Variable = "CLAUDE_PROXY_ADMIN_KEY";

    /// <summary>The key for the proxy at <paramref name="address"/>.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="directory">Where running proxies leave their keys, or <see langword="null"/>.</param>
    /// <param name="listed">The <c>admin_keys</c> of the configuration, if that is where the address comes from.</param>
    /// <exception cref="AdminException">There is none.</exception>
    public static Secret Find(Uri address, IReadOnlyDictionary<string, string> environment, string? directory, IReadOnlyList<Secret> listed)
    {
        if (environment.GetValueOrDefault(Variable) is { Length: > 0 } named)
        {
            return new Secret(named);
        }

        // A key of this machine is shown to this machine only.
        var left = IsThisMachine(address) ? AdminKeyFile.TryRead(directory, address.Port) : null;
        return left ?? listed.FirstOrDefault() ?? throw new AdminException(
            $"There is no admin key for {address}: is the proxy running, and as this account? Else set {Variable} to one of its admin_keys.");
    }

    private static bool IsThisMachine(Uri address) =>
        address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));
}
