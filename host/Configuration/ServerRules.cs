using System.Collections.Frozen;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The rules for the settings of a server.</summary>
internal static class ServerRules
{
    private const int LongestName = 64;
    private const int ShortestAdminKey = 16;

    private static readonly FrozenSet<string> s_framing = FrozenSet.ToFrozenSet(
        ["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The address of an upstream.</summary>
    public static SettingRule<Uri> Url { get; } = SettingRules.TextThat(
        "an http or https address without user, password, query and \"#\", such as \"https://api.anthropic.com\"", ReadUrl) with
    {
        Display = SettingDisplay.Address,
    };

    /// <summary>The name of a server, which is its account's id in logs and <c>/status</c>.</summary>
    public static SettingRule<string> Name { get; } = SettingRules.TextThat(
        $"1 to {LongestName} characters, with no space at either end and no control character",
        text => text.Length <= LongestName && text.Trim() == text && !text.Any(char.IsControl) ? text : null);

    /// <summary>A secret that travels in a header.</summary>
    public static SettingRule<Secret> Token { get; } = SettingRules.TextThat(
        "printable ASCII characters without spaces", text => IsPrintable(text) ? new Secret(text) : null) with
    {
        Display = SettingDisplay.Secret,
    };

    /// <summary>A key to the administration: long enough that nobody guesses it.</summary>
    public static SettingRule<Secret> AdminKey { get; } = SettingRules.TextThat(
        $"{ShortestAdminKey} or more printable ASCII characters without spaces",
        text => text.Length >= ShortestAdminKey && IsPrintable(text) ? new Secret(text) : null) with
    {
        Display = SettingDisplay.Secret,
    };

    /// <summary>A header that may carry a credential.</summary>
    public static SettingRule<string> HeaderName { get; } = SettingRules.TextThat(
        "the name of a header for credentials, such as \"x-api-key\" or \"authorization\"",
        text => text.All(each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_') && !s_framing.Contains(text) ? text : null);

    /// <summary>A model, or a pattern of models.</summary>
    public static SettingRule<string> Model { get; } = SettingRules.TextThat(
        "the name of a model, in which \"*\" stands for any characters, such as \"claude-haiku-*\"",
        text => IsPrintable(text) ? text : null);

    /// <summary>A model.</summary>
    public static SettingRule<string> ModelName { get; } = SettingRules.TextThat(
        "the name of a model, such as \"claude-haiku-4-5\"", text => IsPrintable(text) && !text.Contains('*', StringComparison.Ordinal) ? text : null);

    /// <summary>An egress proxy.</summary>
    public static SettingRule<EgressProxy> Proxy { get; } = SettingRules.TextThat(
        "http://host:port or socks5://host:port, with user:password@ before the host if it wants them", EgressProxyText.Read) with
    {
        Display = SettingDisplay.Address,
    };

    /// <summary>The HTTP version towards an upstream.</summary>
    public static SettingRule<Version> HttpVersion { get; } = SettingRules.TextThat("\"1.1\" or \"2\"", text => text switch
    {
        "1.1" => new Version(1, 1),
        "2" => new Version(2, 0),
        _ => null,
    });

    /// <summary>Whether a text can stand in a header as it is: printable ASCII, no space, at least one character.</summary>
    public static bool IsPrintable(string text) => text.Length > 0 && text.All(character => character is > ' ' and <= '~');

    private static Uri? ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url is { Host.Length: > 0, UserInfo: "" }
        && text.IndexOfAny(['?', '#', '@']) < 0
        && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
            ? url
            : null;
}
