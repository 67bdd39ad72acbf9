using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Endpoint;

/// <summary>Errors that clients get before anybody is asked to serve them.</summary>
internal static class ClientErrors
{
    /// <summary>No key, or one that is not known. Final: Claude Code would try the same key for three minutes.</summary>
    public static ApiError Unauthenticated { get; } =
        new(401, "authentication_error", "This proxy needs a client key: one of its auth_keys as x-api-key or as a bearer token.") { IsFinal = true };

    /// <summary>A path or query that no address can be made of.</summary>
    public static ApiError InvalidTarget { get; } = new(400, "invalid_request_error", "The path of the request is not valid.") { IsFinal = true };

    /// <summary>The proxy could not wait for an answer any longer; its successor may have one.</summary>
    public static ApiError Stopping { get; } = ApiError.Unavailable("The proxy is stopping; please try again.", TimeSpan.FromSeconds(1));

    /// <summary>A request that is not valid HTTP, or that came too slowly (408): that one may come again.</summary>
    public static ApiError Broken(int status) =>
        new(status, "invalid_request_error", status == 408 ? "The request came too slowly." : "The request is not valid HTTP.") { IsFinal = status != 408 };

    /// <summary>What stands on a stream that was opened early for an answer that is none; <see langword="null"/> if it is one.</summary>
    public static ApiError? NoStream(UpstreamAnswer answer)
    {
        if (answer.Events is not null)
        {
            return null;
        }

        var content = ContentCoding.Decode(answer.Head.ContentCoding, answer.AlreadyRead, answer.AlreadyRead.Length * 10);
        var error = ApiErrorBody.Read(content.Span);
        return new ApiError(answer.Status, error.Type ?? "api_error", error.Message.Length > 0 ? error.Message : $"The upstream answered {answer.Status} without a stream.");
    }

    /// <summary>A path that is neither proxied nor the proxy's own.</summary>
    public static ApiError UnknownPath { get; } = new(404, "not_found_error", "The proxy serves /v1/*, /health, /ready and /status.") { IsFinal = true };
}
