using System.Net.Sockets;

namespace ClaudeProxy.Forwarding;

/// <summary>Tells from an exception what went wrong on the way to an upstream, and whether it had seen the request.</summary>
internal static class TransportFaults
{
    /// <summary>Whether <paramref name="exception"/> is about the way to an upstream, and not a defect of ours for which nobody there is to blame.</summary>
    public static bool Includes(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or OperationCanceledException or MalformedAnswerException;

    /// <summary>The outcome of an attempt that <paramref name="exception"/> ended.</summary>
    /// <param name="exception">What was thrown; not because the client left.</param>
    /// <param name="content">The attempt's content, or <see langword="null"/> if it had none.</param>
    /// <param name="head">The head of the answer, if one had come.</param>
    public static AttemptOutcome Classify(Exception exception, ReplayContent? content, AnswerHead? head)
    {
        var (kind, sent) = KindOf(exception, content, head is not null);
        return new AttemptOutcome
        {
            Failure = kind,
            Sent = sent,
            ErrorMessage = Describe(exception, kind),
            RetryAfter = head?.RetryAfter,
            Limits = head?.Limits ?? RateLimits.None,
        };
    }

    private static (FailureKind Kind, bool Sent) KindOf(Exception exception, ReplayContent? content, bool hasHead) => exception switch
    {
        MalformedAnswerException => (FailureKind.Malformed, true),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError
                or HttpRequestError.VersionNegotiationError,
        } => (FailureKind.Connect, false),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => (FailureKind.Tls, false),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => (FailureKind.Malformed, true),

        // The handler tells its connect timeout by a cancellation with this inside.
        OperationCanceledException { InnerException: TimeoutException } when !hasHead && content?.HasStarted != true => (FailureKind.Connect, false),
        OperationCanceledException => (FailureKind.Timeout, true),
        _ => (FailureKind.Reset, true),
    };

    private static string Describe(Exception exception, FailureKind kind) => kind switch
    {
        FailureKind.Connect => exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name could not be resolved",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "its egress proxy refused",
            HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => "it does not speak the HTTP version of http_version",
            _ => SocketErrorOf(exception) is { } error ? $"no connection ({error})" : "no connection in time",
        },
        FailureKind.Tls => "the TLS handshake failed",
        FailureKind.Timeout => "no answer in time",
        FailureKind.Malformed => exception is MalformedAnswerException ? $"the answer is malformed: {exception.Message}" : "the answer is malformed",
        _ => "the connection was lost before an answer",
    };

    private static SocketError? SocketErrorOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }
}
