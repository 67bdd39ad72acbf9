using System.Collections;

namespace ClaudeProxy.Cli;

/// <summary>The environment variables of this process.</summary>
internal static class ProcessEnvironment
{
    /// <summary>All of them as they stand now.</summary>
    public static IReadOnlyDictionary<string, string> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(
            variable => (string)variable.Key,
            variable => (string?)variable.Value ?? "",
            OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
}
