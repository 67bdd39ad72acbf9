using System.Globalization;
using System.Text;
using ClaudeProxy.Day.Results;
using ClaudeProxy.Endpoint;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeProxy.Day.Team;

/// <summary>Sends requests as Claude Code does: an error is tried again after a while that doubles.</summary>
internal sealed class TeamClient(ProxyEndpoint proxy, TimeProvider timeProvider, Dictionary<int, DayRequest> onTheirWay, Tally tally)
{
    /// <summary>As Claude Code does unless told otherwise.</summary>
    private const int MostRetries = 10;

    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(0.5), s_longestBackoff = TimeSpan.FromSeconds(32);

    /// <summary>Sends <paramref name="request"/> until it is served, or the client gives up.</summary>
    public async Task SendAsync(DayRequest request)
    {
        var began = timeProvider.GetTimestamp();
        onTheirWay.Add(request.Number, request);
        var backoff = s_firstBackoff;
        var isServed = false;
        for (var attempt = 0; attempt <= MostRetries; attempt++)
        {
            var (status, retryAfter, mayRetry) = await PostAsync(request);
            isServed = status == StatusCodes.Status200OK;
            if (isServed)
            {
                break;
            }

            tally.ErrorAnswers++;
            if (!mayRetry)
            {
                break;
            }

            await Task.Delay(retryAfter > backoff ? retryAfter.Value : backoff, timeProvider);
            backoff = backoff * 2 < s_longestBackoff ? backoff * 2 : s_longestBackoff;
        }

        onTheirWay.Remove(request.Number);
        tally.Note(isServed, timeProvider.GetElapsedTime(began) - request.Turn.FirstByte - request.Turn.Rest);
    }

    private async Task<(int Status, TimeSpan? RetryAfter, bool MayRetry)> PostAsync(DayRequest request)
    {
        var body = Encoding.UTF8.GetBytes(request.Body());
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = "POST",
            Path = "/v1/messages",
            RawTarget = "/v1/messages",
            Protocol = "HTTP/1.1",
            Body = new MemoryStream(body),
        });
        var headers = context.Request.Headers;
        headers.ContentType = "application/json";
        headers.ContentLength = body.Length;
        headers["x-api-key"] = request.Client;
        headers["anthropic-version"] = "2023-06-01";
        headers["x-claude-code-session-id"] = request.Session;
        headers[DayRequest.NumberHeader] = request.Number.ToString(CultureInfo.InvariantCulture);
        if (request.Agent is not null)
        {
            headers["x-claude-code-agent-id"] = request.Agent;
        }

        await proxy.HandleAsync(context);
        await context.Response.CompleteAsync();
        var retryAfter = int.TryParse(context.Response.Headers.RetryAfter, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return (context.Response.StatusCode, retryAfter, context.Response.Headers["x-should-retry"] != "false");
    }
}
