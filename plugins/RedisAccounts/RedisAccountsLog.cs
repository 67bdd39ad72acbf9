using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>Events 2200 to 2299. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class RedisAccountsLog
{
    [LoggerMessage(2200, LogLevel.Debug, "Read {Count} accounts from Redis in {ElapsedMs:0} ms", EventName = "AccountsRead")]
    public static partial void AccountsRead(this ILogger logger, int count, double elapsedMs);

    [LoggerMessage(2201, LogLevel.Warning, "{Count} keys beside the accounts in Redis are no accounts and are left out, such as {Key}", EventName = "KeysLeftOut")]
    public static partial void KeysLeftOut(this ILogger logger, int count, string key);

    [LoggerMessage(2202, LogLevel.Warning, "Account {AccountId} has the status {Status}, which this version does not know; it counts as usable", EventName = "UnknownStatus")]
    public static partial void UnknownStatus(this ILogger logger, string accountId, string status);

    [LoggerMessage(2203, LogLevel.Information, "Redis at {Endpoints} is connected", EventName = "RedisConnected")]
    public static partial void RedisConnected(this ILogger logger, string endpoints);

    [LoggerMessage(2204, LogLevel.Debug, "Redis sends no notice of changes: {Reason}. The accounts are read at each refresh", EventName = "NoNotifications")]
    public static partial void NoNotifications(this ILogger logger, string reason);
}
