using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>queue</c> section: how requests wait while every usable account serves as many as it may.</summary>
internal sealed record QueueOptions
{
    /// <summary>Most requests that wait; 0 lets none wait. 0 to 100,000; 1000 unless set.</summary>
    public int Length { get; init; } = 1000;

    /// <summary>The longest that a request waits. 1 second to 10 minutes; 30 seconds unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the section.</summary>
    public static QueueOptions Read(SettingsSection section)
    {
        var unset = new QueueOptions();
        return new QueueOptions
        {
            Length = section.Read("length", unset.Length, SettingRules.Integer(0, 100_000)),
            Timeout = section.Read("timeout", unset.Timeout, SettingRules.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))),
        };
    }
}
