using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>headroom</c> section: how accounts are spared before they reach their rate limits.</summary>
internal sealed record HeadroomOptions
{
    /// <summary>Percent of a rate limit; an account with less left is used only when all others are as short. 0 ignores what upstreams say is
    /// left. 0 to 50; 10 unless set.</summary>
    public int LowWater { get; init; } = 10;

    /// <summary>Reads the section.</summary>
    public static HeadroomOptions Read(SettingsSection section) => new()
    {
        LowWater = section.Read("low_water", new HeadroomOptions().LowWater, SettingRules.Integer(0, 50)),
    };
}
