using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Configuration;
using ClaudeProxy.Configuration.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>Whatever the file holds, the reader ends with options or with faults, and the faults hold no secret.</summary>
public sealed class MutatedConfigurationTests
{
    private const string Sound = """
        {
          "host": "127.0.0.1", "port": "${PORT_NUMBER}", "auth": true, "auth_keys": ["secret-key-1", "${SECRET}"], "algorithm": "random", "mode": "fallback",
          "cooldown": "1m", "policy": "built_in", "debug": false, "fallback": true,
          "servers": [
            {
              "url": "https://a.example", "token": "secret-token-1", "name": "one", "weight": 1, "priority": 1, "max_concurrency": 2, "models": ["*"],
              "proxy": "http://me:secret-password@p:1", "http_version": "2", "health_check": { "path": "/", "interval": 5 }, "balance_check": ["x"]
            },
            { "url": "https://b.example", "token": "${SECRET}" }
          ],
          "plugins": { "folder": "p", "settings": { "random": { "password": "${SECRET}" } } },
          "failover": { "attempts": 3, "deadline": 60, "retry_sent": true, "max_body": "64MiB", "body_memory": "1GiB" },
          "timeouts": { "connect": 5 }, "logging": { "level": "debug", "format": "text", "file": "f" }
        }
        """;

    private static readonly Dictionary<string, string> s_environment = new() { ["SECRET"] = "secret-value", ["PORT_NUMBER"] = "3000" };

    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "1e999", "99999999999999999999", "0.5", "[]", "{}", "[[]]", """{ "a": null }""", "\"\"", "\"\\u0000\"", "\"${SECRET}\"",
        "\"${SECRET\"", "\"${NONE:-x}\"", "\"http://${SECRET}:x@[::\"", "\"socks5://u:${SECRET}@h\"", "\"//\"", "\"1e5s\"", "\"a.csx\"", "\"\\u0000.csx\"", "\"ü\\u202e\"", "[\"${SECRET} \"]",
    ];

    [Fact]
    public void Read_SettingsReplacedRenamedAndRemoved_EndsInOptionsOrInFaultsWithoutSecrets()
    {
        Prop.ForAll<(byte, byte, byte)[]>(changes => Check(changes.Aggregate(JsonNode.Parse(Sound)!, Change).ToJsonString()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        static void Check(string json) =>
            Assert.DoesNotContain(FaultsOf(json), fault => fault.Contains("secret-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Read_TextWithAnyCharactersCutOutOrPutIn_EndsInOptionsOrInFaults()
    {
        Prop.ForAll<(ushort, byte, string)[]>(changes => { FaultsOf(changes.Aggregate(Sound, Change)); })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        static string Change(string text, (ushort Place, byte Length, string Insert) change)
        {
            var place = change.Place % (text.Length + 1);
            return text.Remove(place, Math.Min(change.Length % 8, text.Length - place)).Insert(place, change.Insert ?? "");
        }
    }

    private static IReadOnlyList<string> FaultsOf(string json)
    {
        try
        {
            using var document = SettingsFile.Parse("config.json", Encoding.UTF8.GetBytes(json));
            ConfigurationReader.Read(new SettingsContext("config.json", Path.GetTempPath(), s_environment), document.RootElement, ConfigurationOverrides.None);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return exception.Faults;
        }
    }

    private static JsonNode Change(JsonNode root, (byte Place, byte Kind, byte Value) change)
    {
        var places = Objects(root).SelectMany(node => node.Select(property => (Node: node, property.Key))).ToList();
        if (places.Count == 0)
        {
            return root;
        }

        var (node, key) = places[change.Place % places.Count];
        var value = JsonNode.Parse(s_values[change.Value % s_values.Length]);
        switch (change.Kind % 5)
        {
            case 0:
                node.Remove(key);
                break;
            case 1 when node[key] is JsonArray list:
                list.Add(value);
                break;
            case 2:
                node[$"{key}x"] = value;
                break;
            case 3 when node[key] is { } before:
                node[key] = Spoilt(before);
                break;
            default:
                node[key] = value;
                break;
        }

        return root;
    }

    // A secret stays where a secret belongs, but breaks its rule.
    private static JsonNode Spoilt(JsonNode node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(element => element is null ? null : Spoilt(element))]),
        JsonValue text when text.TryGetValue<string>(out var value) => JsonValue.Create($"{value} /?x"),
        _ => node.DeepClone(),
    };

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject found => found.Select(property => property.Value).SelectMany(Objects).Prepend(found),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };
}
