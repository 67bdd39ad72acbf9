namespace ClaudeProxy.Configuration;

/// <summary>An active check of one server, made only while it cools down for a fault.</summary>
internal sealed record HealthCheckOptions
{
    /// <summary>Path and query of a <c>GET</c>, appended to the server's base path; begins with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Time between two checks. 1 second to 1 hour; 10 seconds unless set.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
}
