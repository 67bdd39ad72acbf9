using ClaudeProxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Endpoint;

/// <summary>Events 1700 to 1799. Ids and names reach dashboards: add, never renumber or rename.</summary>
internal static partial class EndpointLog
{
    private const string Tokens = ", tokens {InputTokens} in {OutputTokens} out, cache {CacheReadTokens} read {CacheWriteTokens} written, hit {HitShare:0.00}";

    [LoggerMessage(1700, LogLevel.Information, "{Method} {Path} {Status} by {AccountId} in {ElapsedMs:0} ms, first byte after {FirstByteMs:0} ms, attempts {Attempts}, model {Model}" + Tokens + ", {RequestId}", EventName = "RequestServed")]
    public static partial void RequestServed(this ILogger logger, string requestId, string method, string path, int status, string accountId, int attempts, double elapsedMs, double firstByteMs, string model, long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens, double hitShare);

    [LoggerMessage(1701, LogLevel.Warning, "{Method} {Path} {Status} from the proxy in {ElapsedMs:0} ms, decided after {FirstByteMs:0} ms, last account {AccountId}, attempts {Attempts}, {RequestId}: {Reason}", EventName = "RequestRefused")]
    public static partial void RequestRefused(this ILogger logger, string requestId, string method, string path, int status, string accountId, int attempts, double elapsedMs, double firstByteMs, string reason);

    [LoggerMessage(1702, LogLevel.Warning, "{Method} {Path} {Status} by {AccountId} was cut off after {ElapsedMs:0} ms ({Ending}), first byte after {FirstByteMs:0} ms, attempts {Attempts}" + Tokens + ", {RequestId}", EventName = "RequestCut")]
    public static partial void RequestCut(this ILogger logger, string requestId, string method, string path, int status, string accountId, int attempts, double elapsedMs, double firstByteMs, Ending ending, long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens, double hitShare);

    [LoggerMessage(1703, LogLevel.Information, "{Method} {Path}: the client left after {ElapsedMs:0} ms, first byte after {FirstByteMs:0} ms, account {AccountId}, attempts {Attempts}" + Tokens + ", {RequestId}", EventName = "ClientLeft")]
    public static partial void ClientLeft(this ILogger logger, string requestId, string method, string path, string accountId, int attempts, double elapsedMs, double firstByteMs, long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens, double hitShare);

    [LoggerMessage(1705, LogLevel.Debug, "{Method} {Path} arrived, {RequestId}", EventName = "RequestArrived")]
    public static partial void RequestArrived(this ILogger logger, string requestId, string method, string path);

    [LoggerMessage(1704, LogLevel.Error, "Request {RequestId} met a defect of the proxy", EventName = "Defect")]
    public static partial void Defect(this ILogger logger, Exception defect, string requestId);
}
