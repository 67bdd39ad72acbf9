using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>A folder with a <c>config.json</c>, deleted afterwards. Faults are shown as if it were the current folder.</summary>
internal sealed class ConfigFolder : IDisposable
{
    /// <summary>A configuration with nothing but a server.</summary>
    public const string Minimal = """{ "servers": [{ "url": "https://api.anthropic.com" }] }""";

    public ConfigFolder(string? json = Minimal)
    {
        if (json is not null)
        {
            File.WriteAllText(ConfigFile, json);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("claude-proxy-").FullName;

    public string ConfigFile => Path.Combine(Folder, "config.json");

    public Dictionary<string, string> Environment { get; } = [];

    public ConfigurationOverrides Overrides { get; set; } = ConfigurationOverrides.None;

    /// <summary>The options of <paramref name="json"/> alone.</summary>
    public static ProxyOptions Read(string json)
    {
        using var folder = new ConfigFolder(json);
        return folder.Read();
    }

    /// <summary>The faults of <paramref name="json"/> alone; none if it is sound.</summary>
    public static IReadOnlyList<string> FaultsOf(string json)
    {
        using var folder = new ConfigFolder(json);
        return folder.Faults();
    }

    public ProxyOptions Read() => ConfigurationReader.Read(ConfigFile, Environment, Overrides);

    public IReadOnlyList<string> Faults()
    {
        try
        {
            Read();
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Faults.Select(fault => fault.Replace(ConfigFile, "config.json", StringComparison.Ordinal))];
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
