using System.Text.Json;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>The settings of the <c>redis_accounts</c> account source.</summary>
internal sealed record RedisAccountsOptions
{
    /// <summary>The relay that all accounts share: <c>http</c> or <c>https</c>, host, optional port and path.</summary>
    public required Uri TargetUrl { get; init; }

    /// <summary>The Redis servers, at least one; <see cref="RedisEndpoint.Default"/> unless set.</summary>
    public required IReadOnlyList<RedisEndpoint> Endpoints { get; init; }

    /// <summary>The password, or <see langword="null"/> for none.</summary>
    public required Secret? Password { get; init; }

    /// <summary>The number of the database. 0 to 1,000,000; 0 unless set.</summary>
    public required int Database { get; init; }

    /// <summary>Whether to connect over TLS; false unless set.</summary>
    public required bool Tls { get; init; }

    /// <summary>Time between two readings of the list. 1 second to 1 hour; 30 seconds unless set.</summary>
    public required TimeSpan Refresh { get; init; }

    /// <summary>How long Redis may take to connect, or to answer a thousand accounts' worth of questions. 100 milliseconds to
    /// 1 minute; 5 seconds unless set.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What the keys of accounts begin with; <c>claude:account:</c> unless set.</summary>
    public required string Prefix { get; init; }

    /// <summary>Keys of the relay's own, by account id, for relays that do not take an id in their place.</summary>
    public required IReadOnlyDictionary<string, Secret> AccountKeys { get; init; }

    /// <summary>Reads every setting.</summary>
    /// <exception cref="PluginSettingsException">One of them does not fit.</exception>
    public static RedisAccountsOptions Read(PluginSettings settings) => new()
    {
        TargetUrl = ReadTarget(settings),
        Endpoints = RedisEndpoint.Read(settings),
        Password = settings.GetSecret("password") is { IsEmpty: false } password ? password : null,
        Database = settings.GetInt32("database", 0, 0, 1_000_000),
        Tls = settings.GetBoolean("tls", false),
        Refresh = settings.GetDuration("refresh", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        Timeout = settings.GetDuration("timeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        Prefix = ReadPrefix(settings),
        AccountKeys = ReadAccountKeys(settings),
    };

    private static Uri ReadTarget(PluginSettings settings)
    {
        const string Rule = "the http or https address of the relay, without user, password, query and \"#\", such as \"http://localhost:3001\"";
        var text = settings.GetString("target_url")
            ?? throw new PluginSettingsException($"{settings.Location}.target_url is missing; it must be {Rule}.");
        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url is { Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" }
                ? url
                : throw new PluginSettingsException($"{settings.Location}.target_url must be {Rule}.");
    }

    private static string ReadPrefix(PluginSettings settings)
    {
        var prefix = settings.GetString("prefix", "claude:account:")!;
        return prefix.Length > 0 && prefix.IndexOfAny(['*', '?', '[', ']', '\\']) < 0
            ? prefix
            : throw new PluginSettingsException($"{settings.Location}.prefix must be what the keys begin with, without * ? [ ] \\, such as \"claude:account:\".");
    }

    private static Dictionary<string, Secret> ReadAccountKeys(PluginSettings settings)
    {
        var json = settings.GetJson("account_keys");
        var keys = new Dictionary<string, Secret>(StringComparer.Ordinal);
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            return keys;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new PluginSettingsException(
                $"{settings.Location}.account_keys must be an object of account ids and keys of the relay, such as {{ \"11111111-…\": \"cr_…\" }}.");
        }

        foreach (var property in json.EnumerateObject())
        {
            keys[property.Name] = property.Value.ValueKind == JsonValueKind.String && AccountRules.IsPrintable(property.Value.GetString()!)
                ? new Secret(property.Value.GetString()!)
                : throw new PluginSettingsException(
                    $"{settings.Location}.account_keys.{property.Name} must be a key of the relay: printable ASCII characters without spaces.");
        }

        return keys;
    }
}
