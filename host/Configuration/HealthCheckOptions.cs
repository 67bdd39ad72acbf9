using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>An active check of one server, made only while it cools down for a fault.</summary>
internal sealed record HealthCheckOptions
{
    private static readonly SettingRule<string> s_path = SettingRules.TextThat(
        "a path that begins with \"/\", in ASCII without spaces and \"#\", such as \"/health\"",
        text => text.StartsWith('/') && text.All(character => character is > ' ' and <= '~' and not '#') ? text : null);

    /// <summary>Path and query of a <c>GET</c>, appended to the server's base path; begins with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Time between two checks. 1 second to 1 hour; 10 seconds unless set.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the section; <see langword="null"/> if it has no usable path.</summary>
    public static HealthCheckOptions? Read(SettingsSection section)
    {
        var interval = section.Read(
            "interval", TimeSpan.FromSeconds(10), SettingRules.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));
        return section.TryRequire("path", s_path, out var path) ? new HealthCheckOptions { Path = path, Interval = interval } : null;
    }
}
