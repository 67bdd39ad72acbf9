using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Policies;

/// <summary>A script as it was read: everything of it that the compiled form depends on.</summary>
/// <param name="Path">The file, as the operator wrote it; it appears in errors.</param>
/// <param name="Text">What the file said.</param>
/// <param name="ContextType">The type whose members are the names in scope.</param>
/// <param name="ResultType">What the script returns.</param>
internal sealed record ScriptSource(string Path, string Text, Type ContextType, Type ResultType)
{
    private const long MaxBytes = 1 << 20;

    /// <summary>A short text that changes with what the file said, for people to tell versions apart.</summary>
    public string Version => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..8];

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="ScriptException">There is no such file, it cannot be read, or it is no script.</exception>
    public static ScriptSource Read(string path, Type contextType, Type resultType)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MaxBytes
                ? new ScriptSource(path, File.ReadAllText(path, Encoding.UTF8), contextType, resultType)
                : throw new ScriptException($"Script '{path}' has {length} bytes; a script may have at most {MaxBytes}. Name a .csx file.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ScriptException(
                $"Script '{path}' does not exist (looked for '{System.IO.Path.GetFullPath(path)}'). Correct the path or create the file.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException($"Script '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
