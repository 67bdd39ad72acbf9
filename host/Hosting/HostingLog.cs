using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Events 1000 to 1099. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1050, LogLevel.Error, "A change of files could not be followed; the next change is", EventName = "ChangeCallbackFailed")]
    public static partial void ChangeCallbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1051, LogLevel.Debug, "The system sends no events for {Path}: {Reason}. It is looked at every half second instead",
        EventName = "NoFileEvents")]
    public static partial void NoFileEvents(this ILogger logger, string path, string reason);
}
