using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>Values as faults show them: as the file has them, so never what a <c>${NAME}</c> gave; never a secret; never long.</summary>
internal static partial class ShownValue
{
    private const int Longest = 60;
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Shows a value of the file.</summary>
    public static string Of(JsonElement json, SettingDisplay display) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => OfText(json.GetString()!, display),
        JsonValueKind.Number when display == SettingDisplay.Secret => "a number",
        _ => Shorten(json.GetRawText()),
    };

    /// <summary>Shows what a value is, where what it holds does not matter.</summary>
    public static string KindOf(JsonElement json) => json.ValueKind == JsonValueKind.String ? "a text" : Of(json, SettingDisplay.Secret);

    /// <summary>Shows a text in quotes.</summary>
    public static string OfText(string text, SettingDisplay display)
    {
        if (display == SettingDisplay.Secret || LooksSecret(text))
        {
            return "***";
        }

        return JsonSerializer.Serialize(Shorten(display == SettingDisplay.Address ? WithoutSecrets(text) : text), s_readable);
    }

    /// <summary>Whether a text is likely a credential in a place where none belongs.</summary>
    public static bool LooksSecret(string text) => Credential().IsMatch(text);

    // What is no address yet may hold a password all the same, and the password an @ or a slash.
    private static string WithoutSecrets(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal) is var colon and >= 0 ? colon + 3 : 0;
        var host = text.LastIndexOf('@') + 1;
        var address = host > scheme ? $"{text[..scheme]}***@{text[host..]}" : text;
        return address.IndexOfAny(['?', '#']) is var end and >= 0 ? $"{address[..(end + 1)]}***" : address;
    }

    private static string Shorten(string text) => text.Length <= Longest ? text : $"{text[..Longest]}…";

    [GeneratedRegex(@"(?<![A-Za-z0-9])(sk|cr)[-_][A-Za-z0-9_-]{8,}|^Bearer ", RegexOptions.IgnoreCase)]
    private static partial Regex Credential();
}
