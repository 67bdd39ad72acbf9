using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The Messages API of one upstream: from a request to the account it names, and on to the answer.</summary>
/// <param name="accounts">The accounts by their tokens.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="ids">Where request ids come from.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class MessagesApi(
    IReadOnlyDictionary<string, SimulatedAccount> accounts, FaultInjection faults, RequestIds ids, TimeProvider timeProvider)
{
    private const string ModelPrefix = "/v1/models/";

    /// <summary>Serves one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var exchange = new Exchange(context, ids.Next("req"));
        exchange.Headers["request-id"] = exchange.RequestId;
        try
        {
            await RouteAsync(exchange);
        }
        catch (ApiException error)
        {
            await exchange.AnswerAsync(error);
        }
        catch (BadHttpRequestException exception)
        {
            await exchange.AnswerAsync(ApiErrors.OfStatus(exception.StatusCode));
        }
        catch (OperationCanceledException) when (exchange.Aborted.IsCancellationRequested)
        {
            // The client left.
        }
    }

    private Task RouteAsync(Exchange exchange)
    {
        var path = exchange.Request.Path.Value ?? "";
        return path switch
        {
            "/v1/messages" => MessageAsync(exchange, Admit(exchange, "POST")),
            "/v1/messages/count_tokens" => CountTokensAsync(exchange, Admit(exchange, "POST")),
            "/v1/models" => ModelsAsync(exchange, Admit(exchange, "GET"), Models.List),
            _ when path.StartsWith(ModelPrefix, StringComparison.Ordinal) =>
                ModelsAsync(exchange, Admit(exchange, "GET"), () => Models.Find(path[ModelPrefix.Length..])),
            _ => throw ApiErrors.OfStatus(404),
        };
    }

    private SimulatedAccount Admit(Exchange exchange, string method)
    {
        if (exchange.Request.Method != method)
        {
            throw ApiErrors.OfStatus(405, message: "Method Not Allowed");
        }

        var token = exchange.Token ?? throw ApiErrors.OfStatus(401, message: "x-api-key header is required");
        var account = accounts.TryGetValue(token, out var known) ? known : throw ApiErrors.OfStatus(401);
        exchange.Headers["anthropic-organization-id"] = account.Workspace.OrganizationId;
        exchange.Headers["anthropic-workspace-id"] = account.Workspace.Id;
        return account;
    }

    private async Task MessageAsync(Exchange exchange, SimulatedAccount account)
    {
        var request = await MessageRequest.ReadAsync(exchange.Request, countOnly: false, exchange.Aborted);
        var cacheUse = account.Workspace.Cache.Read(request.Prompt, timeProvider.GetUtcNow());
        Charge(exchange, account, request.Model, cacheUse.Usage.Limited);
        var fault = FaultInjection.Find(exchange, account, isMessage: true);
        if (!await faults.StrikeAsync(exchange, fault))
        {
            var pace = account.Pace;
            var extraBytes = fault is SimulatedFault.Oversized oversized ? oversized.Bytes : 0;
            var reply = Reply.To(request, cacheUse.Usage, account.Id, ids.Next("msg"), pace.Events, extraBytes);
            account.Workspace.Budget.Spend(request.Model, reply.OutputTokens, timeProvider.GetUtcNow());
            await new MessageAnswer(exchange, pace, timeProvider)
            {
                Begins = () => account.Workspace.Cache.Write(cacheUse, timeProvider.GetUtcNow()),
            }.SendAsync(reply, request.Stream, fault);
        }
    }

    private void Charge(Exchange exchange, SimulatedAccount account, string model, long tokens)
    {
        var now = timeProvider.GetUtcNow();
        var standing = account.Workspace.Budget.Take(model, tokens, now);
        standing.Write(exchange.Headers);
        if (!standing.IsGranted)
        {
            throw ApiErrors.OfStatus(new SimulatedFault.Status(429, RetryAfter: standing.RetryAfter));
        }
    }

    private async Task CountTokensAsync(Exchange exchange, SimulatedAccount account)
    {
        var request = await MessageRequest.ReadAsync(exchange.Request, countOnly: true, exchange.Aborted);
        if (!await faults.StrikeAsync(exchange, FaultInjection.Find(exchange, account, isMessage: false)))
        {
            await exchange.AnswerAsync(Wire.TokenCount(request.Prompt.Tokens));
        }
    }

    private async Task ModelsAsync(Exchange exchange, SimulatedAccount account, Func<string> json)
    {
        if (!await faults.StrikeAsync(exchange, FaultInjection.Find(exchange, account, isMessage: false)))
        {
            await exchange.AnswerAsync(json());
        }
    }
}
