using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Policies;

/// <summary>Events 1300 to 1399. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class PoliciesLog
{
    [LoggerMessage(1300, LogLevel.Debug, "Script {Path} compiled", EventName = "ScriptCompiled")]
    public static partial void ScriptCompiled(this ILogger logger, string path);

    [LoggerMessage(1301, LogLevel.Debug, "Script {Path} loaded as compiled before", EventName = "ScriptLoaded")]
    public static partial void ScriptLoaded(this ILogger logger, string path);

    [LoggerMessage(1302, LogLevel.Information,
        "Compiled form of script {Path} cannot be used ({Reason}); compiling the script again",
        EventName = "CacheEntryUnusable")]
    public static partial void CacheEntryUnusable(this ILogger logger, string path, string reason);

    [LoggerMessage(1303, LogLevel.Warning,
        "Compiled scripts are not kept in {Directory}: {Reason}; each start compiles them again",
        EventName = "CacheUnusable")]
    public static partial void CacheUnusable(this ILogger logger, string directory, string reason);
}
