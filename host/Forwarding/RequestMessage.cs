using System.Net;
using Microsoft.Net.Http.Headers;

namespace ClaudeProxy.Forwarding;

/// <summary>Builds the message of one attempt: the client's request with the account's credential.</summary>
internal static class RequestMessage
{
    /// <summary>Above it, an HTTP/1.1 upstream is asked before the body is sent: else an early 429 would look like a reset.</summary>
    private const int AskAboveBytes = 64 * 1024;

    private static readonly UriCreationOptions s_asItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The message that sends <paramref name="request"/> with <paramref name="account"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="account">The account.</param>
    /// <param name="content">The body, or <see langword="null"/> if there is none.</param>
    /// <param name="connections">What has been heard from the upstream so far.</param>
    public static HttpRequestMessage Create(ForwardedRequest request, Account account, ReplayContent? content, UpstreamConnections connections)
    {
        var message = new HttpRequestMessage(HttpMethod.Parse(request.Method), TargetOf(account.Upstream, request.Target)) { Content = content };
        SetVersion(message, account);
        CopyHeaders(request, message, account.Credential?.HeaderName);
        SetCredential(message, account);
        var isHttp11 = message.Version == HttpVersion.Version11 || connections.Spoken == HttpVersion.Version11;
        if (content?.Headers.ContentLength > AskAboveBytes && isHttp11 && !connections.RefusesExpectation)
        {
            message.Headers.ExpectContinue = true;
        }

        return message;
    }

    /// <summary>A <c>GET</c> of <paramref name="target"/> that the proxy sends for itself.</summary>
    public static HttpRequestMessage CreateGet(Account account, string target)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, TargetOf(account.Upstream, target));
        SetVersion(message, account);
        SetCredential(message, account);
        return message;
    }

    /// <summary>The base address with the client's path and query behind its own path, neither decoded nor tidied.</summary>
    internal static Uri TargetOf(Uri upstream, string target) =>
        new(upstream.GetLeftPart(UriPartial.Authority) + upstream.AbsolutePath.TrimEnd('/') + target, s_asItIs);

    private static void SetVersion(HttpRequestMessage message, Account account)
    {
        if (account.HttpVersion is { } version)
        {
            (message.Version, message.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        }
        else
        {
            var isTls = account.Upstream.Scheme == Uri.UriSchemeHttps;
            (message.Version, message.VersionPolicy) = (isTls ? HttpVersion.Version20 : HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);
        }
    }

    private static void SetCredential(HttpRequestMessage message, Account account)
    {
        if (account.Credential is { } credential)
        {
            message.Headers.TryAddWithoutValidation(credential.HeaderName, credential.RevealHeaderValue());
        }
    }

    private static void CopyHeaders(ForwardedRequest request, HttpRequestMessage message, string? credentialHeader)
    {
        var connection = request.Headers.Connection;
        foreach (var (name, values) in request.Headers)
        {
            if (!HeaderRules.IsSent(name, credentialHeader) || HoldsCredential(values)
                || (connection.Count > 0 && HeaderRules.IsNominated(connection, name)))
            {
                continue;
            }

            if (request.Facts.IsStreaming && name.Equals(HeaderNames.AcceptEncoding, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!Add(message.Headers, name, values))
            {
                _ = message.Content is not null && Add(message.Content.Headers, name, values);
            }
        }

        if (request.Facts.IsStreaming)
        {
            // A compressed stream cannot be judged, nor ended properly, in passing.
            message.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, "identity");
        }
    }

    private static bool HoldsCredential(Microsoft.Extensions.Primitives.StringValues values)
    {
        foreach (var value in values)
        {
            if (HeaderRules.IsCredential(value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Add(System.Net.Http.Headers.HttpHeaders headers, string name, Microsoft.Extensions.Primitives.StringValues values) =>
        values.Count == 1 ? headers.TryAddWithoutValidation(name, (string?)values) : headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
}
