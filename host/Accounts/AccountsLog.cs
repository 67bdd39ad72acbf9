using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Accounts;

/// <summary>Events 1500 to 1599. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class AccountsLog
{
    [LoggerMessage(1500, LogLevel.Information, "{Whom} is cooling down for {CooldownSeconds:0.#} s: {Reason} (failure {Failures} in a row)", EventName = "CoolingDown")]
    public static partial void CoolingDown(this ILogger logger, string whom, string reason, double cooldownSeconds, int failures);

    [LoggerMessage(1501, LogLevel.Information, "{Whom} is rate limited for {CooldownSeconds:0.#} s: {Reason}", EventName = "RateLimited")]
    public static partial void RateLimited(this ILogger logger, string whom, string reason, double cooldownSeconds);

    [LoggerMessage(1503, LogLevel.Information, "Accounts: {Count} from {Source}", EventName = "AccountsUpdated")]
    public static partial void AccountsUpdated(this ILogger logger, int count, string source);

    [LoggerMessage(1504, LogLevel.Warning, "Account source {Source} failed: {Reason}; the accounts stay as they are, and it is asked again in {RetrySeconds:0.#} s", EventName = "AccountSourceFailed")]
    public static partial void AccountSourceFailed(this ILogger logger, string source, string reason, double retrySeconds);

    [LoggerMessage(1505, LogLevel.Warning, "Account source {Source} did not end as asked ({Reason}) and is left alone", EventName = "AccountSourceNotEnded")]
    public static partial void AccountSourceNotEnded(this ILogger logger, string source, string reason);

    [LoggerMessage(1540, LogLevel.Warning, "{Accounts} accounts of organization {Organization} serve nobody for {CooldownSeconds:0.#} s: {Reason}; look at its billing and its limits", EventName = "OrganizationRests")]
    public static partial void OrganizationRests(this ILogger logger, string organization, int accounts, string reason, double cooldownSeconds);
}
