using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Failover;

/// <summary>Events 1400 to 1499. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class FailoverLog
{
    [LoggerMessage(1400, LogLevel.Information, "Request {RequestId} attempt {Attempt} on {AccountId} ended with {Outcome} after {ElapsedMs:0} ms; trying the next account", EventName = "FailingOver")]
    public static partial void FailingOver(this ILogger logger, string requestId, int attempt, string accountId, string outcome, double elapsedMs);

    [LoggerMessage(1401, LogLevel.Information, "{AccountId} has recovered", EventName = "AccountRecovered")]
    public static partial void AccountRecovered(this ILogger logger, string accountId);

    [LoggerMessage(1403, LogLevel.Debug, "Request {RequestId} attempt {Attempt} goes to {AccountId} ({Name})", EventName = "AccountPicked")]
    public static partial void AccountPicked(this ILogger logger, string requestId, int attempt, string accountId, string name);

    [LoggerMessage(1404, LogLevel.Information, "Request {RequestId} attempt {Attempt} goes to {AccountId} although it rests: nobody else is left", EventName = "LastResort")]
    public static partial void LastResort(this ILogger logger, string requestId, int attempt, string accountId);

    [LoggerMessage(1405, LogLevel.Error, "The relay refuses the key that stands for {AccountId} ({Reason}); a relay that takes no account ids needs accounts.account_keys", EventName = "RelayRefusesKey")]
    public static partial void RelayRefusesKey(this ILogger logger, string accountId, string reason);

    [LoggerMessage(1406, LogLevel.Information, "Request {RequestId} is held for up to {LeftSeconds:0} s: nobody can serve it at the moment", EventName = "Holding")]
    public static partial void Holding(this ILogger logger, string requestId, double leftSeconds);

    [LoggerMessage(1407, LogLevel.Information, "Request {RequestId}: {AccountId} has been silent for {SilentSeconds:0} s; {OtherAccountId} is asked too", EventName = "Hedging")]
    public static partial void Hedging(this ILogger logger, string requestId, string accountId, string otherAccountId, double silentSeconds);

    [LoggerMessage(1408, LogLevel.Information, "Request {RequestId} waited {WaitedMs:0} ms for an account that has its conversation in cache, and goes to {AccountId}", EventName = "WaitedForCache")]
    public static partial void WaitedForCache(this ILogger logger, string requestId, double waitedMs, string accountId);

    [LoggerMessage(1402, LogLevel.Information, "Upstream {Upstream} has recovered", EventName = "UpstreamRecovered")]
    public static partial void UpstreamRecovered(this ILogger logger, string upstream);
}
