using System.Text.Json;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>Reads the configuration: command line before environment before file.</summary>
internal static class ConfigurationReader
{
    private const string DemoSource = "demo";
    private const string EnvironmentSource = "environment";

    // The demo is a configuration like any other, so that environment and options mean in it what they mean elsewhere.
    private static ReadOnlySpan<byte> Demo =>
        """{ "algorithm": "round_robin", "fallback": true, "accounts": { "source": "simulator", "accounts": 3, "flaky": 1 } }"""u8;

    /// <summary>Reads the file at <paramref name="path"/>, the environment and the command line.</summary>
    /// <exception cref="ConfigurationException">With every fault found.</exception>
    public static ProxyOptions Read(string path, IReadOnlyDictionary<string, string> environment, ConfigurationOverrides overrides)
    {
        using var document = SettingsFile.Read(path);
        var fullPath = Path.GetFullPath(path);
        var context = new SettingsContext(path, Path.GetDirectoryName(fullPath)!, environment);
        return Read(context, document.RootElement, overrides) with { ConfigPath = fullPath };
    }

    /// <summary>The configuration of <c>claude-proxy demo</c>: three simulated accounts, one of them flaky.</summary>
    /// <exception cref="ConfigurationException">With every fault found in the environment or the command line.</exception>
    public static ProxyOptions ForDemo(IReadOnlyDictionary<string, string> environment, ConfigurationOverrides overrides)
    {
        using var document = SettingsFile.Parse(DemoSource, Demo.ToArray());
        return Read(new SettingsContext(DemoSource, AppContext.BaseDirectory, environment), document.RootElement, overrides);
    }

    /// <summary>The configuration that the variables of the Claude middleware stand for.</summary>
    /// <exception cref="ConfigurationException">With every fault found.</exception>
    public static ProxyOptions ForRelay(IReadOnlyDictionary<string, string> environment, ConfigurationOverrides overrides)
    {
        var context = new SettingsContext(EnvironmentSource, AppContext.BaseDirectory, environment);
        using var document = SettingsFile.Parse(EnvironmentSource, RelayEnvironment.ToJson(context));
        return Read(context, document.RootElement, overrides);
    }

    /// <summary>Reads <paramref name="json"/>; <paramref name="context"/> knows afterwards which settings there are.</summary>
    /// <exception cref="ConfigurationException">With every fault found.</exception>
    internal static ProxyOptions Read(SettingsContext context, JsonElement json, ConfigurationOverrides overrides)
    {
        var options = SettingsSection.ReadObject(context, "", json, root => ProxyOptions.Read(root, overrides));
        return context.Faults is { Count: > 0 } faults ? throw new ConfigurationException(faults) : options;
    }
}
