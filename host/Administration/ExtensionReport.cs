using System.Text.Json;
using ClaudeProxy.Hosting;

namespace ClaudeProxy.Administration;

/// <summary>Writes the plugins, the load balancer and the policy of <c>/status</c>.</summary>
internal static class ExtensionReport
{
    /// <summary>Writes <c>algorithm</c>, <c>policy</c>, <c>plugins</c> and <c>plugin_faults</c>.</summary>
    public static void Write(Utf8JsonWriter json, Generation generation)
    {
        WriteChoice(json, "algorithm", generation.Options.Algorithm, generation.Balancer.Key, generation.Balancer.Value.SetAsideReason);
        WriteChoice(json, "policy", generation.Options.Policy, generation.Policy.Key, generation.Policy.Value.SetAsideReason);
        json.WriteStartArray("plugins");
        foreach (var plugin in generation.Plugins.Value.Plugins)
        {
            json.WriteStartObject();
            json.WriteString("name", plugin.Name);
            json.WriteString("file", plugin.File);
            json.WriteString("version", plugin.Version);
            json.WriteString("contract", plugin.ContractVersion.ToString());
            json.WriteStartArray("offers");
            foreach (var offer in plugin.Offers)
            {
                json.WriteStringValue(offer.Name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("plugin_faults");
        foreach (var fault in generation.Plugins.Value.Faults)
        {
            json.WriteStringValue(fault);
        }

        json.WriteEndArray();
    }

    private static void WriteChoice(Utf8JsonWriter json, string key, string name, object builtFrom, string? setAside)
    {
        json.WriteStartObject(key);
        json.WriteString("name", name);
        json.WriteString("version", (builtFrom as ScriptKey)?.Version);
        json.WriteString("set_aside", setAside);
        json.WriteEndObject();
    }
}
