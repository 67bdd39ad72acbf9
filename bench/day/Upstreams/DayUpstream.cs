using System.Globalization;
using System.Net;
using System.Text;
using ClaudeProxy.Day.Results;
using ClaudeProxy.Day.Team;
using ClaudeProxy.Plugins.Simulator;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Day.Upstreams;

/// <summary>The Simulator without its server: its caches, limits and answers, where the proxy would otherwise open a connection.</summary>
internal sealed class DayUpstream(
    DayScene scene, IReadOnlyDictionary<int, DayRequest> onTheirWay, Tally tally, MoveWatch moves, TimeProvider timeProvider) : HttpMessageHandler
{
    private static readonly TimeSpan s_roundTrip = TimeSpan.FromMilliseconds(40);

    private readonly Dictionary<string, DayAccount> _accounts = scene.Accounts.ToDictionary(account => account.Token);
    private int _answers;

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var account = _accounts[request.Headers.GetValues("x-api-key").Single()];
        var asked = onTheirWay[int.Parse(request.Headers.GetValues(DayRequest.NumberHeader).Single(), CultureInfo.InvariantCulture)];
        var reason = moves.ReasonFor(asked, account);
        await Task.Delay(s_roundTrip, timeProvider, cancellationToken);
        var headers = new HeaderDictionary();
        if (scene.Outages.Select(outage => outage.ErrorOf(account, timeProvider.GetUtcNow())).FirstOrDefault(error => error is not null) is { } error)
        {
            return Refuse(asked, account, error, headers);
        }

        var workspace = account.Workspace;
        var cacheUse = workspace.Cache.Read(asked.Prompt, timeProvider.GetUtcNow());
        var standing = workspace.Budget.Take(asked.Prompt.Model, cacheUse.Usage.Limited, timeProvider.GetUtcNow());
        standing.Write(headers);
        headers["anthropic-workspace-id"] = workspace.Id;
        headers["anthropic-organization-id"] = workspace.OrganizationId;
        if (!standing.IsGranted)
        {
            return Refuse(asked, account, ApiErrors.OfStatus(new SimulatedFault.Status(429, RetryAfter: standing.RetryAfter)), headers);
        }

        moves.Served(asked, account, cacheUse.Usage, reason, timeProvider.GetUtcNow());
        tally.Served(account.Name, asked.Prompt, cacheUse.Usage, asked.Turn.Output);
        await Task.Delay(asked.Turn.FirstByte - s_roundTrip, timeProvider, cancellationToken);
        workspace.Cache.Write(cacheUse, timeProvider.GetUtcNow());
        workspace.Budget.Spend(asked.Prompt.Model, asked.Turn.Output, timeProvider.GetUtcNow());
        return await AnswerAsync(asked, cacheUse.Usage, headers, cancellationToken);
    }

    private async Task<HttpResponseMessage> AnswerAsync(DayRequest asked, PromptUsage usage, IHeaderDictionary headers, CancellationToken cancellationToken)
    {
        var reply = new Reply
        {
            MessageId = string.Create(CultureInfo.InvariantCulture, $"msg_day{++_answers:x8}"),
            Model = asked.Prompt.Model,
            Parts = ["Done."],
            Usage = usage,
            OutputTokens = asked.Turn.Output,
            StopReason = "end_turn",
        };
        if (asked.KeepFor is null)
        {
            await Task.Delay(asked.Turn.Rest, timeProvider, cancellationToken);
            return Message(HttpStatusCode.OK, headers, "application/json", new ByteArrayContent(Encoding.UTF8.GetBytes(Wire.Message(reply))));
        }

        string[] events = [.. Wire.Events(reply)];
        var body = new AnswerBody(Encoding.UTF8.GetBytes(events[0]), Encoding.UTF8.GetBytes(string.Concat(events.Skip(1))), asked.Turn.Rest, timeProvider);
        return Message(HttpStatusCode.OK, headers, "text/event-stream", new StreamContent(body));
    }

    private HttpResponseMessage Refuse(DayRequest asked, DayAccount account, ApiException error, IHeaderDictionary headers)
    {
        asked.Refusals.Add(error.Status);
        tally.Refused(account.Name, error.Status);
        if (error.RetryAfter is not null)
        {
            headers.RetryAfter = error.RetryAfter;
        }

        return Message((HttpStatusCode)error.Status, headers, "application/json", new ByteArrayContent(Encoding.UTF8.GetBytes(Wire.Error(error, "req_day"))));
    }

    private static HttpResponseMessage Message(HttpStatusCode status, IHeaderDictionary headers, string type, HttpContent content)
    {
        var message = new HttpResponseMessage(status) { Content = content, RequestMessage = new HttpRequestMessage(HttpMethod.Post, "/") };
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, values) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, values.ToString());
        }

        return message;
    }
}
