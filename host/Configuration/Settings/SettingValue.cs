using System.Text.Json;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>A value as a rule sees it.</summary>
/// <param name="Kind">What it is; a text from the environment or the command line is a <see cref="JsonValueKind.String"/>.</param>
/// <param name="Text">The text, its <c>${NAME}</c>s filled in; <see langword="null"/> if it is none.</param>
/// <param name="Json">The value as the file has it; undefined for a text that is not from the file.</param>
internal readonly record struct SettingValue(JsonValueKind Kind, string? Text, JsonElement Json)
{
    /// <summary>A text.</summary>
    public static SettingValue Of(string text) => new(JsonValueKind.String, text, default);
}
