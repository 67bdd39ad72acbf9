using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Administration;

/// <summary>Events 1900 to 1999. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class AdministrationLog
{
    [LoggerMessage(1900, LogLevel.Warning, "{AccountId}: {Change}, by hand", EventName = "AccountChanged")]
    public static partial void AccountChanged(this ILogger logger, string accountId, string change);

    [LoggerMessage(1901, LogLevel.Warning, "A request to the administration was refused: {Reason}", EventName = "AdministrationRefused")]
    public static partial void AdministrationRefused(this ILogger logger, string reason);

    [LoggerMessage(1902, LogLevel.Warning, "No admin key can be left in {Directory}: {Reason}; explain, accounts and policy replay need one of admin_keys", EventName = "NoAdminKeyFile")]
    public static partial void NoAdminKeyFile(this ILogger logger, string directory, string reason);
}
