using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>recovery</c> section: how accounts come back into use.</summary>
internal sealed record RecoveryOptions
{
    /// <summary>Time in which the share of the requests of an account that has recovered rises from none to its full one; zero gives it at once.
    /// 0 seconds to 10 minutes; 30 seconds unless set.</summary>
    public TimeSpan RampUp { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An account whose rate limit lasts longer gets one request each time so much has passed: it may be over early.
    /// 1 minute to 24 hours; 5 minutes unless set.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Reads the section.</summary>
    public static RecoveryOptions Read(SettingsSection section)
    {
        var unset = new RecoveryOptions();
        return new RecoveryOptions
        {
            RampUp = section.Read("ramp_up", unset.RampUp, SettingRules.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10))),
            ProbeInterval = section.Read("probe_interval", unset.ProbeInterval, SettingRules.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromHours(24))),
        };
    }
}
