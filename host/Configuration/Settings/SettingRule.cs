using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>What a setting must be, in words and in code.</summary>
/// <param name="Description">The words, such as <c>1 to 16</c>; they follow "it must be".</param>
/// <param name="Read">The code.</param>
internal sealed record SettingRule<T>(string Description, SettingReader<T> Read)
{
    /// <summary>What helps to write it right; follows the description, and begins with a comma or space.</summary>
    public string Hint { get; init; } = "";

    /// <summary>How a value that breaks the rule is shown.</summary>
    public SettingDisplay Display { get; init; } = SettingDisplay.Plain;

    /// <summary>Whether <c>${NAME}</c> is filled in; it is unless set.</summary>
    public bool TakesVariables { get; init; } = true;

    /// <summary>Writes a value as the file would.</summary>
    public Func<T, string> Write { get; init; } = value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Reads a value; false if it breaks the rule.</summary>
internal delegate bool SettingReader<T>(SettingValue value, [MaybeNullWhen(false)] out T result);
