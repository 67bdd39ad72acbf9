using System.Globalization;
using System.Net.Http.Headers;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ClaudeProxy.Relay;

/// <summary>Writes the head of an upstream's answer to the client: its status, and every header that is not of the hop.</summary>
internal static class ResponseHead
{
    /// <summary>Most answers have the same headers, and each stream would keep texts of its own for their names as long as it lasts.</summary>
    private static readonly SharedTexts s_names = new(most: 256, longest: 64);

    /// <summary>Sets status and headers; nothing is sent yet.</summary>
    public static void Write(HttpResponse response, FailoverResult result)
    {
        var answer = result.Answer!;
        response.StatusCode = answer.Status;
        IReadOnlyList<string?> connection = answer.Headers.TryGetValues("Connection", out var values) ? [.. values] : [];
        Copy(answer.Headers, response.Headers, connection);
        Copy(answer.ContentHeaders, response.Headers, connection);
        if (AnswerHead.First(answer.ContentHeaders, "Content-Length") is { } length && MayHaveLength(answer.Status))
        {
            response.ContentLength = long.Parse(length, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }

        if (!result.IsLastOfSeveral)
        {
            return;
        }

        // The upstream spoke of one account; the client asks all of them, and may well try again.
        response.Headers.Remove("x-should-retry");
        if (answer.Head.RetryAfter is { } wait)
        {
            response.Headers.Remove("retry-after-ms");
            response.Headers.RetryAfter = Math.Ceiling(ApiError.Clamp(wait).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static bool MayHaveLength(int status) => status is >= 200 and not 204;

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, IReadOnlyList<string?> connection)
    {
        foreach (var (name, values) in from)
        {
            if (HeaderRules.IsReturned(name) && !(connection.Count > 0 && HeaderRules.IsNominated(connection, name)))
            {
                to[s_names.Share(name)] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
            }
        }
    }
}
