using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>failover</c> section: how far the proxy goes to get one request served.</summary>
internal sealed record FailoverOptions
{
    /// <summary>Attempts per request that reach an upstream, the first included. 1 to 16; 3 unless set.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Time from receiving the request to the last moment a new attempt may start.
    /// 1 second to 10 minutes; 60 seconds unless set.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a request that was sent and lost without an answer is sent again; true unless set.</summary>
    public bool RetrySent { get; init; } = true;

    /// <summary>Longest request body in bytes. 1 KiB to 1 GiB; 64 MiB unless set.</summary>
    public long MaxBody { get; init; } = 64L << 20;

    /// <summary>Bytes of memory for the bodies of all requests together, at least <see cref="MaxBody"/>.
    /// 1 KiB to 1 TiB; 1 GiB unless set.</summary>
    public long BodyMemory { get; init; } = 1L << 30;

    /// <summary>Reads the section.</summary>
    public static FailoverOptions Read(SettingsSection section)
    {
        var unset = new FailoverOptions();
        var options = new FailoverOptions
        {
            Attempts = section.Read("attempts", unset.Attempts, SettingRules.Integer(1, 16)),
            Deadline = section.Read("deadline", unset.Deadline, SettingRules.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))),
            RetrySent = section.Read("retry_sent", unset.RetrySent, SettingRules.Boolean),
            MaxBody = section.Read("max_body", unset.MaxBody, SettingRules.Size(1L << 10, 1L << 30)),
            BodyMemory = section.Read("body_memory", unset.BodyMemory, SettingRules.Size(1L << 10, 1L << 40)),
        };

        if (options.BodyMemory < options.MaxBody)
        {
            var maxBody = section.Has("max_body") ? section.Show("max_body") : SizeText.Write(unset.MaxBody);
            section.Reject("body_memory", $"is {section.Show("body_memory")}; it must be at least max_body, which is {maxBody}");
        }

        return options;
    }
}
