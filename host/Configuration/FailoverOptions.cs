namespace ClaudeProxy.Configuration;

/// <summary>The <c>failover</c> section: how far the proxy goes to get one request served.</summary>
internal sealed record FailoverOptions
{
    /// <summary>Attempts per request that reach an upstream, the first included. 1 to 16; 3 unless set.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Time from receiving the request to the last moment a new attempt may start. 1 second to 10 minutes; 60 seconds unless set.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a request that was sent and lost without an answer is sent again; true unless set.</summary>
    public bool RetrySent { get; init; } = true;

    /// <summary>Longest request body in bytes. 1 KiB to 1 GiB; 64 MiB unless set.</summary>
    public long MaxBody { get; init; } = 64L << 20;

    /// <summary>Bytes of memory for the bodies of all requests together. At least <see cref="MaxBody"/>; 1 GiB unless set.</summary>
    public long BodyMemory { get; init; } = 1L << 30;
}
