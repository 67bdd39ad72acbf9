using System.Text.Json;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>accounts</c> section: an account source and its settings.</summary>
/// <param name="Source">The name of a source that a plugin offers.</param>
/// <param name="Settings">The other keys of the section, as one JSON object whose <c>${NAME}</c>s are filled in.</param>
internal sealed record AccountsOptions(string Source, JsonElement Settings)
{
    private static readonly SettingRule<string> s_source = SettingRules.TextThat(
        "the name of an account source, such as \"simulator\"", text => SettingRules.IsName(text) ? text : null);

    /// <summary>Whether the source's accounts are those of one relay: it is told where that relay is.</summary>
    public bool IsRelay => Settings.ValueKind == JsonValueKind.Object && Settings.TryGetProperty("target_url", out _);

    /// <summary>The source alone: its settings may hold a password.</summary>
    public override string ToString() => $"{nameof(AccountsOptions)} {{ {nameof(Source)} = {Source} }}";

    /// <summary>Reads the section; <see langword="null"/> if it names no source.</summary>
    public static AccountsOptions? Read(SettingsSection section)
    {
        var named = section.TryRequire("source", s_source, out var source);
        var settings = section.ReadRest();
        return named ? new AccountsOptions(source!, settings) : null;
    }
}
