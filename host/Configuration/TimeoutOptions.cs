using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>timeouts</c> section. None of them limits how long a stream may last.</summary>
internal sealed record TimeoutOptions
{
    /// <summary>To connect to an upstream, TLS included. 100 milliseconds to 2 minutes; 5 seconds unless set.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request being sent to the head of the answer. 1 second to 1 hour; 600 seconds unless set
    /// (the SDKs' own limit, so that we never give up before the client does).</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Between two reads of an answer. 1 second to 1 hour; 240 seconds unless set (Claude Code waits for 300).</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(240);

    /// <summary>From the first byte of a stream to its first event, after which it is passed on as it is. 100 milliseconds to 10 minutes;
    /// 10 seconds unless set.</summary>
    public TimeSpan Gate { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a byte to the client of a stream, after which it gets a sign of life; 0 for never. 0 seconds to 1 hour; 15 seconds unless set.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For an upstream to take the next part of a request body. 1 second to 10 minutes; 30 seconds unless set.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For requests in flight to end when the program is asked to stop. 0 seconds to 24 hours; 10 minutes unless set.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Reads the section.</summary>
    public static TimeoutOptions Read(SettingsSection section)
    {
        var unset = new TimeoutOptions();
        var (instant, second) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
        return new TimeoutOptions
        {
            Connect = section.Read("connect", unset.Connect, SettingRules.Duration(instant, TimeSpan.FromMinutes(2))),
            FirstByte = section.Read("first_byte", unset.FirstByte, SettingRules.Duration(second, TimeSpan.FromHours(1))),
            Idle = section.Read("idle", unset.Idle, SettingRules.Duration(second, TimeSpan.FromHours(1))),
            Gate = section.Read("gate", unset.Gate, SettingRules.Duration(instant, TimeSpan.FromMinutes(10))),
            KeepAlive = section.Read("keep_alive", unset.KeepAlive, SettingRules.Duration(TimeSpan.Zero, TimeSpan.FromHours(1))),
            Write = section.Read("write", unset.Write, SettingRules.Duration(second, TimeSpan.FromMinutes(10))),
            Drain = section.Read("drain", unset.Drain, SettingRules.Duration(TimeSpan.Zero, TimeSpan.FromHours(24))),
        };
    }
}
