using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>A setting that is the name of what a plugin offers, or the path of a <c>.csx</c> script.</summary>
internal static class ScriptSetting
{
    private const string Extension = ".csx";

    /// <summary>Reads the name, or the full path of the script: beside the configuration, else beside the program.</summary>
    public static string Read(SettingsSection section, string key, string otherwise, string description)
    {
        var rule = SettingRules.TextThat(
            $"{description}, or the path of a .csx file",
            text => (IsPath(text) && !text.Contains('\0')) || SettingRules.IsName(text) ? text : null);
        var value = section.Read(key, otherwise, rule);
        if (!IsPath(value))
        {
            return value;
        }

        string[] folders = [section.Context.BaseDirectory, Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)];
        if (folders.Select(folder => Path.GetFullPath(value, folder)).FirstOrDefault(File.Exists) is { } path)
        {
            return path;
        }

        section.Reject(key, Path.IsPathFullyQualified(value)
            ? $"is {section.Show(key)}, which does not exist; create that file or correct the path"
            : $"is {section.Show(key)}, which is in none of {string.Join(", ", folders.Distinct())}; create that file or correct the path");
        return value;
    }

    /// <summary>Whether a setting's value is a script's path rather than a name.</summary>
    public static bool IsPath(string value) => value.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
}
