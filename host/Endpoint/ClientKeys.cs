using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>The keys clients may show: as a bearer token or <c>x-api-key</c>, and for a relay in every place where clients of one put theirs.
/// Immutable, thread-safe.</summary>
/// <remarks>Every one of them is compared each time, so that the time taken tells nothing of a key but its length.</remarks>
internal sealed class ClientKeys
{
    private const string Bearer = "Bearer ";

    /// <summary>What clients of the Claude middleware write before their key.</summary>
    private const string Authenticator = "authenticator ";

    private static readonly string[] s_headers = ["x-api-key", "x-goog-api-key"], s_headersOfRelay = ["x-api-key", "x-goog-api-key", "api-key"];

    /// <summary>Longer than every key that a person makes.</summary>
    private const int MostOnStack = 256;

    private readonly byte[][] _keys;
    private readonly string[] _names;
    private readonly bool _isRelay;

    /// <summary>Accepts <paramref name="keys"/>; with none, accepts everybody.</summary>
    public ClientKeys(IReadOnlyList<Secret> keys, bool isRelay)
    {
        _isRelay = isRelay;
        _keys = [.. keys.Select(key => Encoding.UTF8.GetBytes(key.Reveal()))];
        _names = [.. _keys.Select(key => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4)))];
    }

    /// <summary>Whether clients need a key.</summary>
    public bool AreRequired => _keys.Length > 0;

    /// <summary>Whether the client may come in; and if it needs a key, the name of the one it showed.</summary>
    public (bool IsAllowed, string? Name) Check(IHeaderDictionary headers, string target)
    {
        if (!AreRequired)
        {
            return (true, null);
        }

        var name = _isRelay && QueryKey.Find(target) is { } inQuery ? Find(inQuery) : null;
        foreach (var value in headers.Authorization)
        {
            var key = KeyIn(value, mayBeBearer: true);
            name = key.Length < value?.Length ? Find(key) ?? name : name;
        }

        foreach (var header in _isRelay ? s_headersOfRelay : s_headers)
        {
            foreach (var value in headers[header])
            {
                name = Find(KeyIn(value, mayBeBearer: _isRelay)) ?? name;
            }
        }

        return (name is not null, name);
    }

    /// <summary>The key without the words before it.</summary>
    private ReadOnlySpan<char> KeyIn(ReadOnlySpan<char> value, bool mayBeBearer)
    {
        value = mayBeBearer && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? value[Bearer.Length..].TrimStart() : value;
        return _isRelay && value.StartsWith(Authenticator, StringComparison.OrdinalIgnoreCase) ? value[Authenticator.Length..] : value;
    }

    private string? Find(ReadOnlySpan<char> key)
    {
        key = key.Trim();
        var length = Encoding.UTF8.GetByteCount(key);
        Span<byte> bytes = length <= MostOnStack ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(key, bytes);
        string? found = null;
        for (var i = 0; i < _keys.Length; i++)
        {
            found = CryptographicOperations.FixedTimeEquals(bytes, _keys[i]) ? _names[i] : found;
        }

        return found;
    }
}
