using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>The keys clients may show. Immutable, thread-safe.</summary>
/// <remarks>Hashes are compared, every one of them each time, so that the time taken tells nothing about a key.</remarks>
internal sealed class ClientKeys
{
    private const string Bearer = "Bearer ";

    /// <summary>What clients of the Claude middleware write before their key.</summary>
    private const string Authenticator = "authenticator ";

    private readonly byte[][] _hashes;
    private readonly string[] _names;

    /// <summary>Accepts <paramref name="keys"/>; with none, accepts everybody.</summary>
    public ClientKeys(IReadOnlyList<Secret> keys)
    {
        _hashes = [.. keys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal())))];
        _names = [.. _hashes.Select(hash => Convert.ToHexStringLower(hash.AsSpan(0, 4)))];
    }

    /// <summary>Whether clients need a key.</summary>
    public bool AreRequired => _hashes.Length > 0;

    /// <summary>Whether the client may come in; and if it needs a key, the name of the one it showed.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="queryKey">A key in its query, or <see langword="null"/>.</param>
    public (bool IsAllowed, string? Name) Check(IHeaderDictionary headers, string? queryKey = null)
    {
        if (!AreRequired)
        {
            return (true, null);
        }

        var name = queryKey is null ? null : Find(queryKey);
        foreach (var value in headers.Authorization)
        {
            var key = KeyIn(value);
            name = key.Length < value?.Length ? Find(key) ?? name : name;
        }

        foreach (var header in (ReadOnlySpan<string>)["x-api-key", "x-goog-api-key", "api-key"])
        {
            foreach (var value in headers[header])
            {
                name = Find(KeyIn(value)) ?? name;
            }
        }

        return (name is not null, name);
    }

    /// <summary>The key without the words before it.</summary>
    private static ReadOnlySpan<char> KeyIn(ReadOnlySpan<char> value)
    {
        value = value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? value[Bearer.Length..].TrimStart() : value;
        return value.StartsWith(Authenticator, StringComparison.OrdinalIgnoreCase) ? value[Authenticator.Length..] : value;
    }

    private string? Find(ReadOnlySpan<char> key)
    {
        key = key.Trim();
        var bytes = new byte[Encoding.UTF8.GetByteCount(key)];
        Encoding.UTF8.GetBytes(key, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        string? found = null;
        for (var i = 0; i < _hashes.Length; i++)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, _hashes[i]) ? _names[i] : found;
        }

        return found;
    }
}
