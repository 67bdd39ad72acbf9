using System.Text.RegularExpressions;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>Where a setting stands, as sentences name it: <c>servers[1].weight</c>.</summary>
internal static partial class SettingPath
{
    private const int LongestKey = 60;

    /// <summary>The path of <paramref name="key"/> in the section at <paramref name="section"/>.</summary>
    public static string Below(string section, string key) => section.Length == 0 ? Printable(key) : $"{section}.{Printable(key)}";

    /// <summary>The path of an element of the list at <paramref name="list"/>.</summary>
    public static string Element(string list, int index) => $"{list}[{index}]";

    /// <summary>The path that all elements of a list share: <c>servers[].weight</c>.</summary>
    public static string Pattern(string path) => Index().Replace(path, "[]");

    // A key is the file's text: it may be of any length, move the terminal's cursor, or be a pasted credential.
    private static string Printable(string key)
    {
        var text = ShownValue.LooksSecret(key) ? "***" : string.Concat(key.Select(each => char.IsControl(each) ? '?' : each));
        return text.Length <= LongestKey ? text : $"{text[..LongestKey]}…";
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
