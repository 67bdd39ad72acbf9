using ClaudeProxy.Configuration.Settings;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>logging</c> section.</summary>
internal sealed record LoggingOptions
{
    private static readonly SettingRule<LogLevel> s_level = SettingRules.Choice(
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information),
        ("warning", LogLevel.Warning), ("error", LogLevel.Error));

    private static readonly SettingRule<LogFormat> s_format = SettingRules.Choice(("text", LogFormat.Text), ("json", LogFormat.Json));

    /// <summary><c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c> or <c>error</c>; information unless set,
    /// or debug if the top-level <c>debug</c> is true.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary><c>text</c> or <c>json</c>; text unless set.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>A file to log to as well, a new one each day, 7 kept; <see langword="null"/> for none.</summary>
    public string? File { get; init; }

    /// <summary>Reads the section; the file becomes a full path.</summary>
    /// <param name="section">The section.</param>
    /// <param name="debug">The top-level <c>debug</c>.</param>
    /// <param name="option">The text of <c>--log-level</c>, which outdoes the section.</param>
    public static LoggingOptions Read(SettingsSection section, bool debug, string? option)
    {
        var level = section.TryRead("level", s_level, out var written) ? written : debug ? LogLevel.Debug : LogLevel.Information;
        return new LoggingOptions
        {
            Level = option is not null && section.Context.TryReadText("Option --log-level", option, s_level, out var asked) ? asked : level,
            Format = section.Read("format", LogFormat.Text, s_format),
            File = section.TryRead("file", SettingRules.FilePath, out var file) ? section.Context.FullPath(file) : null,
        };
    }
}
