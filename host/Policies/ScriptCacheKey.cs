using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Policies;

/// <summary>The name under which a compiled script is kept: it changes with everything that the compiled form depends on.</summary>
internal static class ScriptCacheKey
{
    private const string CompilerFile = "Microsoft.CodeAnalysis.CSharp.dll";

    /// <summary>The key of <paramref name="source"/> for this build of the host, its contract, the compiler and the runtime.</summary>
    public static string Of(ScriptSource source)
    {
        var parts = new[]
        {
            source.Text,
            source.Path,
            Identity(source.ContextType),
            Identity(source.ResultType),
            Identity(typeof(ScriptCacheKey)),   // the host's build, and so the way scripts are rewritten
            Identity(typeof(object)),
            CompilerVersion(),
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }

    private static string Identity(Type type) => $"{type.AssemblyQualifiedName} {type.Module.ModuleVersionId}";

    // Read from the file: asking the compiler itself would load it.
    private static string CompilerVersion()
    {
        var file = Path.Combine(AppContext.BaseDirectory, CompilerFile);
        return File.Exists(file) ? FileVersionInfo.GetVersionInfo(file).ProductVersion ?? "" : "";
    }
}
