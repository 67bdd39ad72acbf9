using ClaudeProxy.Administration;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Hosting;
using ClaudeProxy.Relay;
using ClaudeProxy.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Endpoint;

/// <summary>Where every request arrives: who is the client, what does it want, and the way through failover and relay. Thread-safe.</summary>
internal sealed class ProxyEndpoint(
    CurrentGeneration current,
    AdministrationEndpoint administration,
    Draining draining,
    BodyMemory memory,
    RequestIds ids,
    TimeProvider timeProvider,
    ILogger<ProxyEndpoint> logger)
{
    private const string ProxiedPaths = "/v1/";

    /// <summary>Answers one request. Throws nothing that the client should see.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var receivedAt = timeProvider.GetTimestamp();
        if (FrontDoor.Check(context.Request) is { } refused)
        {
            await ErrorWriter.WriteAsync(context, refused, ids.Next()).ConfigureAwait(false);
            return;
        }

        var target = FrontDoor.TargetOf(context);
        if (target is not null && target.StartsWith(ProxiedPaths, StringComparison.Ordinal) && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            await ProxyAsync(context, target, receivedAt).ConfigureAwait(false);
        }
        else
        {
            await administration.HandleAsync(context, ids).ConfigureAwait(false);
        }
    }

    private async Task ProxyAsync(HttpContext context, string target, long receivedAt)
    {
        var trace = new RequestTrace(ids.Next());
        context.Response.Headers[RequestIds.HeaderName] = trace.RequestId;
        using var inFlight = draining.Enter();
        try
        {
            await ProxyAsync(context, target, trace, receivedAt).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            trace.Ending = Ending.ClientLeft;
        }
        catch (UriFormatException)
        {
            await FailAsync(context, trace, ApiError.Invalid("The path of the request is not valid.")).ConfigureAwait(false);
        }
        catch (BadHttpRequestException broken)
        {
            await FailAsync(context, trace, new ApiError(broken.StatusCode, "invalid_request_error", "The request is not valid HTTP.") { IsFinal = true }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last line of defence: a defect of ours must reach the log, and the client as an error.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            logger.Defect(defect, trace.RequestId);
            await FailAsync(context, trace, new ApiError(500, "api_error", "The proxy failed; its log says why.")).ConfigureAwait(false);
        }

        Log(context, target, trace, receivedAt);
    }

    private async Task ProxyAsync(HttpContext context, string target, RequestTrace trace, long receivedAt)
    {
        var generation = current.Rent();
        FailoverResult? result = null;
        TimeSpan idle;
        try
        {
            var (isAllowed, client) = generation.Value.ClientKeys.Check(context.Request.Headers);
            if (!isAllowed)
            {
                await FailAsync(context, trace, ClientErrors.Unauthenticated).ConfigureAwait(false);
                return;
            }

            idle = generation.Value.Options.Timeouts.Idle;
            var maxBody = generation.Value.Options.Failover.MaxBody;
            var (body, error) = await BodyReader.ReadAsync(context.Request, maxBody, memory, context.RequestAborted).ConfigureAwait(false);
            try
            {
                result = error is not null
                    ? new FailoverResult(error)
                    : await FailOverAsync(generation.Value, context, target, trace, receivedAt, body, client).ConfigureAwait(false);
            }
            finally
            {
                body?.Release();
            }
        }
        finally
        {
            // From here on the answer needs its connection and its account, and nothing else of the generation.
            current.Return(generation);
        }

        await using var _ = result.ConfigureAwait(false);
        trace.FirstByte = timeProvider.GetElapsedTime(receivedAt);
        if (result.Error is not null)
        {
            await FailAsync(context, trace, result.Error).ConfigureAwait(false);
            return;
        }

        trace.Ending = await ResponseRelay.RelayAsync(context, result, idle, draining.Deadline).ConfigureAwait(false);
    }

    private static Task<FailoverResult> FailOverAsync(
        Generation generation, HttpContext context, string target, RequestTrace trace, long receivedAt, BodyBlocks? body, string? client)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var facts = RequestFactsReader.Read(trace.RequestId, context.Request, query < 0 ? target : target[..query], body, client);
        trace.Facts = facts;
        return generation.Loop.RunAsync(new ForwardedRequest(context.Request.Method, target, context.Request.Headers, body, facts), receivedAt, trace, context.RequestAborted);
    }

    private static async Task FailAsync(HttpContext context, RequestTrace trace, ApiError error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            trace.Ending = Ending.Broken;
            return;
        }

        trace.Error = error.Message;
        await ErrorWriter.WriteAsync(context, error, trace.RequestId).ConfigureAwait(false);
    }

    private void Log(HttpContext context, string target, RequestTrace trace, long receivedAt)
    {
        var path = target.Split('?', 2)[0];
        var elapsedMs = timeProvider.GetElapsedTime(receivedAt).TotalMilliseconds;
        var (account, firstByteMs) = (trace.AccountId ?? "-", trace.FirstByte?.TotalMilliseconds ?? 0);
        if (trace.Ending == Ending.ClientLeft)
        {
            logger.ClientLeft(trace.RequestId, context.Request.Method, path, account, trace.Attempts, elapsedMs);
        }
        else if (trace.Error is { } error)
        {
            logger.RequestRefused(trace.RequestId, context.Request.Method, path, context.Response.StatusCode, account, trace.Attempts, elapsedMs, error);
        }
        else if (trace.Ending != Ending.Complete)
        {
            logger.RequestCut(trace.RequestId, context.Request.Method, path, context.Response.StatusCode, account, trace.Attempts, elapsedMs, trace.Ending);
        }
        else
        {
            logger.RequestServed(trace.RequestId, context.Request.Method, path, context.Response.StatusCode, account, trace.Attempts, elapsedMs, firstByteMs, trace.Facts?.Model ?? "-");
        }
    }
}
