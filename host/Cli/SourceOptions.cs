using System.CommandLine;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Cli;

/// <summary>The options that say where the configuration comes from and what outdoes it.</summary>
internal sealed class SourceOptions
{
    private const string DefaultPath = "config.json";

    /// <summary><c>--config</c>.</summary>
    public Option<string?> Config { get; } = new("--config", "-c")
    {
        HelpName = "PATH",
        Description = "The configuration file; unless given, the variable CONFIG_FILE, else config.json in the current folder",
    };

    /// <summary><c>--host</c>.</summary>
    public Option<string?> Host { get; } = new("--host") { HelpName = "ADDRESS", Description = "The address to listen on" };

    /// <summary><c>--port</c>.</summary>
    public Option<string?> Port { get; } = new("--port") { HelpName = "NUMBER", Description = "The port to listen on; 0 for any free one" };

    /// <summary><c>--log-level</c>.</summary>
    public Option<string?> LogLevel { get; } = new("--log-level")
    {
        HelpName = "LEVEL",
        Description = "How much to log: trace, debug, information, warning or error",
    };

    /// <summary>The source that a command line names: a file; or the environment alone, if no file is named, none is there, and the
    /// environment says enough.</summary>
    public ConfigurationSource FileOf(ParseResult result, IReadOnlyDictionary<string, string> environment)
    {
        var named = result.GetValue(Config) ?? (environment.GetValueOrDefault("CONFIG_FILE") is { Length: > 0 } path ? path : null);
        return named is null && !File.Exists(DefaultPath) && RelayEnvironment.IsGiven(environment)
            ? new ConfigurationSource(null, environment, OverridesOf(result)) { IsRelay = true }
            : new ConfigurationSource(named ?? DefaultPath, environment, OverridesOf(result));
    }

    /// <summary>The source of the demo.</summary>
    public ConfigurationSource DemoOf(ParseResult result, IReadOnlyDictionary<string, string> environment) =>
        new(null, environment, OverridesOf(result));

    /// <summary>The source that a proxy already runs with: the same, or the demo, if there is no file and none is named.</summary>
    public ConfigurationSource RunningOf(ParseResult result, IReadOnlyDictionary<string, string> environment)
    {
        var source = FileOf(result, environment);
        return source.Path == DefaultPath && result.GetValue(Config) is null && !File.Exists(DefaultPath) ? DemoOf(result, environment) : source;
    }

    private ConfigurationOverrides OverridesOf(ParseResult result) => new()
    {
        Host = result.GetValue(Host),
        Port = result.GetValue(Port),
        LogLevel = result.GetValue(LogLevel),
    };
}
