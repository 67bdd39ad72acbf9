using System.Security.Cryptography;

namespace ClaudeProxy.Hosting;

/// <summary>Which script a part was built from: its path, and a hash of its content.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Hash">The hash, in hexadecimal; empty if the file cannot be read.</param>
internal sealed record ScriptKey(string Path, string Hash)
{
    /// <summary>For people: the beginning of the hash.</summary>
    public string Version => Hash.Length > 8 ? Hash[..8] : Hash;

    /// <summary>The script at <paramref name="path"/> as it is now. One that cannot be read is left to the compiler, which says so.</summary>
    public static ScriptKey Of(string path)
    {
        try
        {
            return new ScriptKey(path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ScriptKey(path, "");
        }
    }
}
