using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>The name under which an account goes in logs and reports. A relay that takes account ids as keys serves whoever knows one, so
/// the whole id is a secret: only its beginning is shown, by which people find it, and a few digits that tell it from others.</summary>
internal static class ShownId
{
    private const int Beginning = 8, HashBytes = 2;

    /// <summary>The name of the account with <paramref name="id"/>: the same at each reading. Ids that no relay takes for a key stay as they are.</summary>
    public static string Of(string id) =>
        Guid.TryParseExact(id, "D", out _) ? $"{id[..Beginning]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)).AsSpan(0, HashBytes))}" : id;
}
