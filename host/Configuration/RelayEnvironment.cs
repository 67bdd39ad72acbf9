using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The variables of the Claude middleware, which needs no configuration file, as a configuration like any other.</summary>
internal static class RelayEnvironment
{
    private const string Target = "TARGET_URL", Redis = "REDIS_", Port = "REDIS_PORT", Database = "REDIS_DB", Password = "REDIS_PASSWORD";
    private const string Timeout = "PROXY_TIMEOUT", Auth = "MIDDLEWARE_AUTH_ENABLED", Keys = "MIDDLEWARE_API_KEYS";

    private static readonly TimeSpan s_usualTimeout = TimeSpan.FromSeconds(300);

    private static readonly SettingRule<TimeSpan> s_timeout = SettingRules.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    private static readonly SettingRule<bool> s_switch = new("true or false", (value, out result) => bool.TryParse(value.Text, out result));

    /// <summary>Whether the program is meant to start from these variables: one that says where the relay or its Redis is has a value.</summary>
    public static bool IsGiven(IReadOnlyDictionary<string, string> environment) => environment.Any(variable =>
        variable.Value.Length > 0 && (variable.Key == Target || variable.Key.StartsWith(Redis, StringComparison.Ordinal)));

    /// <summary>The configuration that the variables of <paramref name="context"/> stand for; what is wrong with them is a fault.</summary>
    public static ReadOnlyMemory<byte> ToJson(SettingsContext context)
    {
        var timeout = Read(context, Timeout, s_timeout, s_usualTimeout).TotalSeconds;
        var root = new JsonObject
        {
            ["port"] = 8080,
            ["accounts"] = ReadAccounts(context),
            ["timeouts"] = new JsonObject { ["first_byte"] = timeout, ["idle"] = timeout },
        };
        var keys = ReadKeys(context);
        if (keys.Count > 0)
        {
            (root["auth"], root["auth_keys"]) = (true, keys);
        }

        if (keys.Count > 0 || context.Variable("AUTH_KEYS") is not null || Read(context, "ALLOW_ANONYMOUS", s_switch, false))
        {
            root["host"] = "0.0.0.0"; // As the middleware had it, now that somebody answers for it.
        }

        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    private static JsonObject ReadAccounts(SettingsContext context)
    {
        // Only looked at; the plugin reads it again, but would not name the variable.
        Read(context, Target, ServerRules.Url, new Uri("http://localhost"));
        var accounts = new JsonObject
        {
            ["source"] = "redis_accounts",
            ["target_url"] = "${" + Target + ":-http://localhost:3001}",
            ["host"] = "${REDIS_HOST:-localhost}",
            ["port"] = int.Parse(Read(context, Port, NumberRule(1, 65535), "6379"), CultureInfo.InvariantCulture),
            ["database"] = int.Parse(Read(context, Database, NumberRule(0, 1_000_000), "0"), CultureInfo.InvariantCulture),
            ["tls"] = Read(context, "REDIS_ENABLE_TLS", s_switch, false),
        };

        // What reads --env-file passes the two quotes of REDIS_PASSWORD="" on.
        if (context.Variable(Password) is { } password && password != "\"\"")
        {
            accounts["password"] = "${" + Password + "}";
        }

        return accounts;
    }

    private static JsonArray ReadKeys(SettingsContext context)
    {
        if (!Read(context, Auth, s_switch, false))
        {
            return [];
        }

        var keys = (context.Variable(Keys) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (keys.Length == 0 || !keys.All(ServerRules.IsPrintable))
        {
            context.AddFault(Keys, $"Environment variable {Auth} is true, so {Keys} must be one or more keys with commas between them, "
                + "each of printable ASCII characters without spaces.");
            return [];
        }

        return [.. keys.Select(key => (JsonNode)key.Replace("${", "$${", StringComparison.Ordinal))];
    }

    private static T Read<T>(SettingsContext context, string variable, SettingRule<T> rule, T otherwise) =>
        context.Variable(variable) is { } text && context.TryReadText($"Environment variable {variable}", text, rule, out var value) ? value : otherwise;

    // Kubernetes sets REDIS_PORT to tcp://10.0.0.1:6379 wherever there is a service named redis.
    private static SettingRule<string> NumberRule(int minimum, int maximum) => SettingRules.TextThat($"a number from {minimum} to {maximum}", text =>
    {
        var digits = text.StartsWith("tcp://", StringComparison.Ordinal) ? text[(text.LastIndexOf(':') + 1)..] : text;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum ? digits : null;
    });
}
