using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>Compares a default as a document writes it with the program's own.</summary>
internal static class DocumentedDefault
{
    /// <summary>Whether both mean the same: durations may be written in any unit, switches with a capital.</summary>
    public static bool Means(string written, string programs) =>
        string.Equals(written, programs, StringComparison.OrdinalIgnoreCase)
        || (DurationText.TryParse(written, out var one) && DurationText.TryParse(programs, out var other) && one == other);
}
