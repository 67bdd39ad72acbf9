using System.Runtime.CompilerServices;

namespace ClaudeProxy.Tests.Policies;

/// <summary>Finds files of the repository.</summary>
internal static class RepositoryFiles
{
    public static string PathOf(string relativePath, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", relativePath));
}
