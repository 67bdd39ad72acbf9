using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>Events 2000 to 2099. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class ExtensionsLog
{
    [LoggerMessage(2000, LogLevel.Warning,
        "{Extension} {Failure}; the built-in choice stood in for it in this request. The same failure is not reported again",
        EventName = "ExtensionFailed")]
    public static partial void Failed(this ILogger logger, string extension, string failure);

    [LoggerMessage(2001, LogLevel.Error,
        "{Extension} {Reason}; the built-in choice stands in for it until it or its configuration changes",
        EventName = "ExtensionSetAside")]
    public static partial void SetAside(this ILogger logger, string extension, string reason);

    [LoggerMessage(2002, LogLevel.Warning,
        "{Extension} could not be disposed: {Failure}; what it holds may stay until the program ends",
        EventName = "ExtensionNotDisposed")]
    public static partial void NotDisposed(this ILogger logger, string extension, string failure);
}
