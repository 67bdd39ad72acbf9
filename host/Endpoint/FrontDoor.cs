using System.Buffers;
using ClaudeProxy.Failover;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeProxy.Endpoint;

/// <summary>Turns away what the server lets in and another server might read differently: that is how requests are smuggled.</summary>
internal static class FrontDoor
{
    /// <summary>Characters that would forge lines in a log, or end a header.</summary>
    public static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)]);

    /// <summary>Why the request is turned away, or <see langword="null"/> if it may come in.</summary>
    public static ApiError? Check(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        return IsForServers(request) ? Refuse(405, "The method is not allowed.")
            : RawTargetOf(request.HttpContext).AsSpan().ContainsAny(Controls) ? Refuse(400, "The path or query has a control character.")
            : coding.Count > 1 || (coding.Count == 1 && !string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase))
                ? Refuse(400, "The transfer-encoding must be chunked, or absent.")

            // Kestrel renames a content-length that comes beside a transfer-encoding.
            : coding.Count > 0 && request.Headers.ContainsKey("X-Content-Length") ? Refuse(400, "A request has a content-length or a transfer-encoding, not both.")
            : null;
    }

    /// <summary>Path and query as they came over the wire, beginning with <c>/</c>; <see langword="null"/> if there is no path,
    /// or one that would forge lines in a log.</summary>
    public static string? TargetOf(HttpContext context)
    {
        var raw = RawTargetOf(context);
        if (raw.AsSpan().ContainsAny(Controls))
        {
            return null;
        }

        if (raw.StartsWith('/'))
        {
            return raw;
        }

        // The absolute form: scheme, host, and then the path.
        var scheme = raw.IndexOf("://", StringComparison.Ordinal);
        var path = scheme < 0 ? -1 : raw.IndexOf('/', scheme + 3);
        return path < 0 ? null : raw[path..];
    }

    /// <summary>The path of <paramref name="target"/>, without its query.</summary>
    public static string PathOf(string target) => target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[..query] : target;

    /// <summary>In any case, for the handler that sends the request ignores the case of a method too. Only <c>OPTIONS *</c> has no path.</summary>
    private static bool IsForServers(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || HttpMethods.IsTrace(request.Method) || !request.Path.HasValue;

    private static string RawTargetOf(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private static ApiError Refuse(int status, string message) => new(status, "invalid_request_error", message) { IsFinal = true, EndsConnection = true };
}
