using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>What one reading of a configuration shares: its name, its folders, the environment, and the faults found so far.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class SettingsContext(string source, string baseDirectory, IReadOnlyDictionary<string, string> environment)
{
    private readonly List<(string Path, string Sentence)> _faults = [];
    private readonly List<(string Section, string Key, IReadOnlyCollection<string> Known)> _unknown = [];
    private readonly List<AskedSetting> _asked = [];

    /// <summary>The name that begins each sentence about the file, as the operator gave it.</summary>
    public string Source { get; } = source;

    /// <summary>The folder that relative paths are relative to.</summary>
    public string BaseDirectory { get; } = baseDirectory;

    /// <summary>Every setting that was asked for, set or not.</summary>
    public IReadOnlyList<AskedSetting> Asked => _asked;

    /// <summary>Every fault found, the unknown settings last.</summary>
    public IReadOnlyList<string> Faults =>
        [.. _faults.Select(fault => fault.Sentence).Concat(_unknown.Select(DescribeUnknown)).Distinct()];

    /// <summary>The full path of a file or folder of the configuration.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, BaseDirectory);

    /// <summary>The value of an environment variable; <see langword="null"/> if it is not set, or empty.</summary>
    public string? Variable(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Remembers that a setting was asked for.</summary>
    public void Ask(AskedSetting setting) => _asked.Add(setting);

    /// <summary>Remembers a fault of the setting at <paramref name="path"/>.</summary>
    public void AddFault(string path, string sentence) => _faults.Add((path, sentence));

    /// <summary>Remembers a key that nobody asked for, in a section whose other keys are <paramref name="known"/>.</summary>
    public void AddUnknown(string section, string key, IReadOnlyCollection<string> known) =>
        _unknown.Add((section, key, known));

    /// <summary>Whether a fault was found at <paramref name="path"/> or below it.</summary>
    public bool IsFaulty(string path) => _faults.Exists(fault =>
        fault.Path.StartsWith(path, StringComparison.Ordinal) && fault.Path[path.Length..] is "" or ['.' or '[', ..]);

    /// <summary>Reads the text of an environment variable or option by <paramref name="rule"/>; false, with a fault, if not.</summary>
    /// <param name="origin">What the sentence begins with, such as <c>Environment variable PORT</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="value">The value.</param>
    public bool TryReadText<T>(string origin, string text, SettingRule<T> rule, [MaybeNullWhen(false)] out T value)
    {
        if (rule.Read(SettingValue.Of(text), out value))
        {
            return true;
        }

        AddFault(origin, $"{origin} is {ShownValue.OfText(text, rule.Display)}; it must be {rule.Description}{rule.Hint}.");
        return false;
    }

    /// <summary>Reads a value of the file by <paramref name="rule"/>; false if it is not set, and with a fault if it breaks it.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="json">The value.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="emptyIsUnset">Whether an empty text counts as not set.</param>
    /// <param name="value">The value.</param>
    public bool TryReadJson<T>(string path, JsonElement json, SettingRule<T> rule, bool emptyIsUnset, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        var text = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        if (text is not null
            && ((rule.TakesVariables && !VariableText.TryFill(this, path, text, out text)) || (emptyIsUnset && text.Length == 0)))
        {
            return false;
        }

        if (rule.Read(new SettingValue(json.ValueKind, text, json), out value))
        {
            return true;
        }

        AddFault(path, $"{Source}: {path} is {ShownValue.Of(json, rule.Display)}; it must be {rule.Description}{rule.Hint}.");
        return false;
    }

    // Only at the end are all settings known among which the meant one may be.
    private string DescribeUnknown((string Section, string Key, IReadOnlyCollection<string> Known) unknown)
    {
        var path = SettingPath.Below(unknown.Section, unknown.Key);
        var meant = Suggestion.Nearest(unknown.Key, unknown.Known)
            ?? _asked.FirstOrDefault(setting => setting.Path.EndsWith($".{unknown.Key}", StringComparison.OrdinalIgnoreCase))?.Path;
        return meant is null
            ? $"{Source}: unknown setting {path}. Remove it; config.example.json shows every setting."
            : $"{Source}: unknown setting {path}. Did you mean {meant}?";
    }
}
