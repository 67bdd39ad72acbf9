using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Events 1000 to 1099. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1000, LogLevel.Information, "claude-proxy {Version} listens on {Address}", EventName = "Listening")]
    public static partial void Listening(this ILogger logger, string version, string address);

    [LoggerMessage(1001, LogLevel.Information, "Reloaded: {Accounts} accounts, algorithm {Algorithm}, policy {Policy}", EventName = "Reloaded")]
    public static partial void Reloaded(this ILogger logger, int accounts, string algorithm, string policy);

    [LoggerMessage(1002, LogLevel.Error, "Not reloaded, everything stays as it was: {Fault}", EventName = "ReloadRefused")]
    public static partial void ReloadRefused(this ILogger logger, string fault);

    [LoggerMessage(1003, LogLevel.Warning, "A change of {Settings} takes effect at the next start", EventName = "NeedsRestart")]
    public static partial void NeedsRestart(this ILogger logger, string settings);

    [LoggerMessage(1004, LogLevel.Warning, "Account source {Source} has yielded no accounts yet; until it does, requests are answered with 503", EventName = "AccountsNotReady")]
    public static partial void AccountsNotReady(this ILogger logger, string source);

    [LoggerMessage(1005, LogLevel.Information, "Stopping: {InFlight} requests in flight, they have {DrainSeconds:0} s to end", EventName = "Stopping")]
    public static partial void Stopping(this ILogger logger, int inFlight, double drainSeconds);

    [LoggerMessage(1006, LogLevel.Warning, "Stopping: {InFlight} requests did not end in time and are ended as errors", EventName = "DrainExpired")]
    public static partial void DrainExpired(this ILogger logger, int inFlight);

    [LoggerMessage(1007, LogLevel.Information, "Stopped", EventName = "Stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(1008, LogLevel.Error, "The reload met a defect of the proxy; everything stays as it was", EventName = "ReloadFailed")]
    public static partial void ReloadFailed(this ILogger logger, Exception defect);

    [LoggerMessage(1009, LogLevel.Warning, "Something of an earlier configuration could not be disposed of, and stays in memory", EventName = "GenerationNotDisposed")]
    public static partial void GenerationNotDisposed(this ILogger logger, Exception exception);

    [LoggerMessage(1050, LogLevel.Error, "A change of files could not be followed; the next change is", EventName = "ChangeCallbackFailed")]
    public static partial void ChangeCallbackFailed(this ILogger logger, Exception exception);
}
