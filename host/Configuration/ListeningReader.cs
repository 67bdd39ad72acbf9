using System.Globalization;
using System.Net;
using System.Text.Json;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>Reads where to listen and whom to serve: from the file, the environment and the command line.</summary>
internal static class ListeningReader
{
    private static readonly SettingRule<string> s_host = SettingRules.TextThat("an IP address or localhost", ReadHost);

    private static readonly SettingRule<int> s_port = new("a number from 0 to 65535", (value, out port) =>
    {
        port = 0;
        var isNumber = value.Text is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            : value.Kind == JsonValueKind.Number && value.Json.TryGetInt32(out port);
        return isNumber && port is >= 0 and <= 65535;
    });

    private static readonly SettingRule<bool> s_auth =
        SettingRules.Boolean with { Hint = ", with the keys in \"auth_keys\" beside it" };

    private static readonly SettingRule<bool> s_switch = new("true or false", (value, out result) => bool.TryParse(value.Text, out result));

    /// <summary>Puts what it reads into <paramref name="options"/>.</summary>
    public static ProxyOptions Read(ProxyOptions options, SettingsSection root, ConfigurationOverrides overrides)
    {
        var context = root.Context;
        var host = Found(root, "host", options.Host, s_host, "HOST", ("--host", overrides.Host));
        var port = Found(root, "port", options.Port, s_port, "PORT", ("--port", overrides.Port));

        var allowAnonymous = root.Read("allow_anonymous", options.AllowAnonymous, SettingRules.Boolean);
        if (context.Variable("ALLOW_ANONYMOUS") is { } text
            && context.TryReadText("Environment variable ALLOW_ANONYMOUS", text, s_switch, out var allowed))
        {
            allowAnonymous = allowed;
        }

        var auth = root.Read("auth", options.Auth, s_auth);
        var keys = root.ReadList("auth_keys", ServerRules.Token);
        if (context.Variable("AUTH_KEYS") is { } list)
        {
            (auth, keys) = (true, ReadKeys(context, list));
        }

        if (auth && keys.Count == 0 && !context.IsFaulty("auth_keys") && !context.IsFaulty("Environment variable AUTH_KEYS"))
        {
            root.Reject(
                "auth", "is true, but there are no keys; list at least one in auth_keys, or set the environment variable AUTH_KEYS");
        }

        var adminKeys = root.ReadList("admin_keys", ServerRules.AdminKey);
        if (adminKeys.Intersect(keys).Any())
        {
            root.Reject("admin_keys", "has a key that is in auth_keys too, so that any client could administer; give administrators keys of their own");
        }

        var isOpen = !auth && !allowAnonymous && !IsLoopback(host.Value);
        if (isOpen && !context.IsFaulty("auth") && !context.IsFaulty("allow_anonymous"))
        {
            context.AddFault("host", $"{host.Said}, which others can reach, and auth is false, so that anyone could use your accounts. "
                + "Set auth to true and list auth_keys, or set allow_anonymous to true.");
        }

        return options with { Host = host.Value, Port = port.Value, AllowAnonymous = allowAnonymous, Auth = auth, AuthKeys = keys, AdminKeys = adminKeys };
    }

    // Option before environment before file. An option also spares a person a variable that others set, such as HOST.
    private static (T Value, string Said) Found<T>(
        SettingsSection root, string key, T otherwise, SettingRule<T> rule, string variable, (string Name, string? Text) option)
    {
        var value = root.Read(key, otherwise, rule);
        var (origin, text) = option.Text is { } typed
            ? ($"Option {option.Name}", typed)
            : ($"Environment variable {variable}", root.Context.Variable(variable));
        if (text is null)
        {
            return (value, $"{root.Context.Source}: {key} is {root.Show(key)}");
        }

        return root.Context.TryReadText(origin, text, rule, out var found)
            ? (found, $"{origin} is {ShownValue.OfText(text, SettingDisplay.Plain)}")
            : (otherwise, "");
    }

    private static IReadOnlyList<Secret> ReadKeys(SettingsContext context, string list)
    {
        var keys = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (keys.Length == 0 || !keys.All(ServerRules.IsPrintable))
        {
            context.AddFault("Environment variable AUTH_KEYS", "Environment variable AUTH_KEYS is ***; "
                + "it must be one or more keys with commas between them, each of printable ASCII characters without spaces.");
        }

        return [.. keys.Select(key => new Secret(key))];
    }

    private static string? ReadHost(string text)
    {
        if (text.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return "localhost";
        }

        // The framework also takes "1" for 0.0.0.1, and "[::1]:80" with its port.
        var bare = text is ['[', .., ']'] ? text[1..^1] : text;
        var isAddress = bare.Contains(':') ? !bare.Contains('[') : bare.Count(character => character == '.') == 3;
        return isAddress && IPAddress.TryParse(bare, out var address) ? address.ToString() : null;
    }

    private static bool IsLoopback(string host) => host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(host));
}
