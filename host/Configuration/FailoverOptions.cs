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

    /// <summary>Further attempts for 100 requests of the last ten seconds that may be made in all. 0 to 100; 20 unless set (Finagle's share).</summary>
    public int RetryBudget { get; init; } = 20;

    /// <summary>Further attempts in ten seconds that may be made however few requests there are. 0 to 10000; 100 unless set (Finagle's floor).</summary>
    public int RetryFloor { get; init; } = 100;

    /// <summary>How long a request is held and tried again while every account is overloaded or cannot be reached; 0 to pass that on at once.
    /// 0 seconds to 5 minutes; 20 seconds unless set.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Requests that may be held at a time. 0 to 10000; 256 unless set.</summary>
    public int MaxHeld { get; init; } = 256;

    /// <summary>After so long without a byte of the answer to a streaming request, another usable account is asked too; 0 for never.
    /// 0 seconds to 10 minutes; 45 seconds unless set.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Most of an answer in bytes that is read before it is passed on, to see whether it is a failure. 1 KiB to 1 MiB; 64 KiB unless set.</summary>
    public long Gate { get; init; } = 64L << 10;

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
            RetryBudget = section.Read("retry_budget", unset.RetryBudget, SettingRules.Integer(0, 100)),
            RetryFloor = section.Read("retry_floor", unset.RetryFloor, SettingRules.Integer(0, 10_000)),
            Patience = section.Read("patience", unset.Patience, SettingRules.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(5))),
            MaxHeld = section.Read("max_held", unset.MaxHeld, SettingRules.Integer(0, 10_000)),
            HedgeAfter = section.Read("hedge_after", unset.HedgeAfter, SettingRules.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10))),
            Gate = section.Read("gate", unset.Gate, SettingRules.Size(1L << 10, 1L << 20)),
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
