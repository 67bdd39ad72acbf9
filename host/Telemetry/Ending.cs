namespace ClaudeProxy.Telemetry;

/// <summary>How an answer ended towards the client.</summary>
internal enum Ending
{
    /// <summary>To its last byte.</summary>
    Complete,

    /// <summary>The client left before; nobody is to blame.</summary>
    ClientLeft,

    /// <summary>The upstream broke off, or ended without an end.</summary>
    Broken,

    /// <summary>The upstream was silent for longer than the idle limit.</summary>
    Stalled,

    /// <summary>The proxy is stopping, and could not wait any longer.</summary>
    Stopped,
}
