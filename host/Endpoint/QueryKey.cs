namespace ClaudeProxy.Endpoint;

/// <summary>The key that clients of a relay may put into the query, as <c>?key=</c>.</summary>
internal static class QueryKey
{
    private const string Name = "key";

    /// <summary>The key in <paramref name="target"/>, or <see langword="null"/> if there is none.</summary>
    public static string? Find(string target)
    {
        var part = PartsOf(target).FirstOrDefault(IsKey);
        return part is null ? null : Uri.UnescapeDataString(part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary><paramref name="target"/> without the key; all else byte for byte.</summary>
    public static string Remove(string target)
    {
        var parts = PartsOf(target);
        if (!Array.Exists(parts, IsKey))
        {
            return target;
        }

        var rest = string.Join('&', parts.Where(part => !IsKey(part)));
        var path = target[..target.IndexOf('?', StringComparison.Ordinal)];
        return rest.Length == 0 ? path : $"{path}?{rest}";
    }

    private static string[] PartsOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? [] : target[(query + 1)..].Split('&');
    }

    // The relay decodes names, so an encoded one is the same name.
    private static bool IsKey(string part) => part.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && Uri.UnescapeDataString(part[..equals]) == Name;
}
