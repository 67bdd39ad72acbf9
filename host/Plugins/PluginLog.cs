using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Plugins;

/// <summary>Events 1200 to 1299. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class PluginLog
{
    [LoggerMessage(1200, LogLevel.Information, "Plugin {Plugin} {Version} loaded from {File}; it offers {Offers}", EventName = "PluginLoaded")]
    public static partial void Loaded(this ILogger logger, string plugin, string version, string file, string offers);

    [LoggerMessage(1201, LogLevel.Error, "{Fault}", EventName = "PluginFault")]
    public static partial void Fault(this ILogger logger, string fault);

    [LoggerMessage(1202, LogLevel.Information, "Plugin {Plugin} is no longer offered, for {File} is gone", EventName = "PluginRemoved")]
    public static partial void Removed(this ILogger logger, string plugin, string file);

    [LoggerMessage(1203, LogLevel.Warning,
        "Plugin {Plugin} brings {Libraries}, which the host has too; the host's are used. Leave them out of the plugin's folder",
        EventName = "PluginBringsHostLibrary")]
    public static partial void BringsHostLibraries(this ILogger logger, string plugin, string libraries);

    [LoggerMessage(1204, LogLevel.Warning, "Plugin {Plugin} threw {ErrorType} when it was disposed of, which changes nothing: {ErrorMessage}",
        EventName = "PluginDisposeFailed")]
    public static partial void DisposeFailed(this ILogger logger, string plugin, string errorType, string errorMessage);

    [LoggerMessage(1205, LogLevel.Debug, "What the plugin threw", EventName = "PluginFaultCause")]
    public static partial void FaultCause(this ILogger logger, Exception exception);
}
