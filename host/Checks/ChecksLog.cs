using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Checks;

/// <summary>Events 2100 to 2199. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class ChecksLog
{
    [LoggerMessage(2100, LogLevel.Information, "{AccountId} is back: {Path} answers; its cooldown has ended", EventName = "HealthCheckPassed")]
    public static partial void HealthCheckPassed(this ILogger logger, string accountId, string path);

    [LoggerMessage(2101, LogLevel.Debug, "{AccountId} is not back yet: {Path}: {Reason}", EventName = "HealthCheckFailed")]
    public static partial void HealthCheckFailed(this ILogger logger, string accountId, string path, string reason);

    [LoggerMessage(2106, LogLevel.Information, "Relay {Upstream} is back", EventName = "RelayIsBack")]
    public static partial void RelayIsBack(this ILogger logger, string upstream);

    [LoggerMessage(2102, LogLevel.Warning, "{AccountId} is not used until its balance, now {Balance}, is above {Threshold}", EventName = "BalanceUsedUp")]
    public static partial void BalanceUsedUp(this ILogger logger, string accountId, decimal balance, decimal threshold);

    [LoggerMessage(2103, LogLevel.Information, "{AccountId} has balance again: {Balance}", EventName = "BalanceBack")]
    public static partial void BalanceBack(this ILogger logger, string accountId, decimal balance);

    [LoggerMessage(2105, LogLevel.Warning, "A check of {AccountId} could not be made: {Reason}; it is made again at the next interval", EventName = "CheckFailed")]
    public static partial void CheckFailed(this ILogger logger, string accountId, string reason);

    [LoggerMessage(2104, LogLevel.Warning, "The balance of {AccountId} is not known: the command of its balance_check gave no number, {Reason}. The account stays as it is", EventName = "BalanceUnknown")]
    public static partial void BalanceUnknown(this ILogger logger, string accountId, string reason);
}
