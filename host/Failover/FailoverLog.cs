using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Failover;

/// <summary>Events 1400 to 1499. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class FailoverLog
{
    [LoggerMessage(1400, LogLevel.Information, "Request {RequestId} attempt {Attempt} on {AccountId} ended with {Outcome} after {ElapsedMs:0} ms; trying the next account", EventName = "FailingOver")]
    public static partial void FailingOver(this ILogger logger, string requestId, int attempt, string accountId, string outcome, double elapsedMs);

    [LoggerMessage(1401, LogLevel.Information, "{AccountId} has recovered", EventName = "AccountRecovered")]
    public static partial void AccountRecovered(this ILogger logger, string accountId);

    [LoggerMessage(1402, LogLevel.Information, "Upstream {Upstream} has recovered", EventName = "UpstreamRecovered")]
    public static partial void UpstreamRecovered(this ILogger logger, string upstream);
}
