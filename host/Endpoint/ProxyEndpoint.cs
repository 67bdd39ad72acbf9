using System.Runtime.CompilerServices;
using ClaudeProxy.Accounts;
using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;
using ClaudeProxy.Explain;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Hosting;
using ClaudeProxy.Relay;
using ClaudeProxy.Telemetry;
using Microsoft.AspNetCore.Connections;
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
    DecisionLog decisions,
    TokenMeter meter,
    TimeProvider timeProvider,
    ILogger<ProxyEndpoint> logger)
{
    /// <summary>Looking through a longer body takes more than a tenth of a millisecond: none of a socket's thread.</summary>
    private const int LargeBody = 64 * 1024;

    /// <summary>Answers one request. Throws nothing that the client should see.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var receivedAt = timeProvider.GetTimestamp();
        var target = FrontDoor.TargetOf(context);
        if (FrontDoor.Check(context.Request) is { } refused)
        {
            var trace = new RequestTrace(ids.Next());
            await FailAsync(context, trace, refused).ConfigureAwait(false);
            Log(context, target ?? "-", trace, receivedAt);
        }
        else if (target is not null && IsProxied(target, context.Request.Path))
        {
            await ProxyAsync(context, target, receivedAt).ConfigureAwait(false);
        }
        else
        {
            // A report on thousands of accounts takes its time: none of a socket's thread.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await administration.HandleAsync(context, ids).ConfigureAwait(false);
        }
    }

    private bool IsProxied(string target, PathString path)
    {
        if (ProxiedPaths.IsOfApi(target, path) || !ProxiedPaths.IsOfRelay(target, path))
        {
            return ProxiedPaths.IsOfApi(target, path);
        }

        var generation = current.Rent();
        try
        {
            return generation.Value.Options.IsRelay;
        }
        finally
        {
            current.Return(generation);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ProxyAsync(HttpContext context, string target, long receivedAt)
    {
        var trace = new RequestTrace(ids.Next());
        context.Response.Headers[RequestIds.HeaderName] = trace.RequestId;
        using var inFlight = draining.Enter();
        if (logger.IsEnabled(LogLevel.Debug))
        {
            logger.RequestArrived(trace.RequestId, context.Request.Method, FrontDoor.PathOf(target));
        }

        // To all who serve it, a request that the proxy cannot wait for any longer is one whose client has left: nobody is to blame.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, draining.Deadline);
        try
        {
            await ProxyAsync(context, target, trace, receivedAt, over.Token).ConfigureAwait(false);
        }
        catch (Exception departure) when (IsDeparture(departure, context))
        {
            // Or the server would look for the rest of a body that cannot come, and complain.
            context.Abort();
            trace.Ending = Ending.ClientLeft;
        }
        catch (UriFormatException)
        {
            await FailAsync(context, trace, ClientErrors.InvalidTarget).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (draining.Deadline.IsCancellationRequested)
        {
            await FailAsync(context, trace, ClientErrors.Stopping).ConfigureAwait(false);
        }
        catch (BadHttpRequestException broken)
        {
            await FailAsync(context, trace, ClientErrors.Broken(broken.StatusCode)).ConfigureAwait(false);
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ProxyAsync(HttpContext context, string target, RequestTrace trace, long receivedAt, CancellationToken over)
    {
        var (result, timeouts) = await ServeAsync(context, target, trace, over).ConfigureAwait(false);
        await using var _ = result.ConfigureAwait(false);
        trace.FirstByte = timeProvider.GetElapsedTime(receivedAt);
        if ((result.Error ?? (trace.IsHeldOpen ? ClientErrors.NoStream(result.Answer!) : null)) is { } error)
        {
            await FailAsync(context, trace, error).ConfigureAwait(false);
            return;
        }

        trace.IsHeldOpen = false;
        meter.Begin(trace, result);
        try
        {
            trace.Ending = await ResponseRelay.RelayAsync(context, result, timeouts, timeProvider, draining.Deadline).ConfigureAwait(false);
        }
        finally
        {
            meter.End(trace, result);
        }

        if (result.Lease is { } lease)
        {
            await NoteEndingAsync(lease, trace.Ending).ConfigureAwait(false);
        }
    }

    /// <summary>What an answer's end says of its account. The generation that served it may be gone; the present one judges.</summary>
    private async ValueTask NoteEndingAsync(Lease lease, Ending ending)
    {
        if (ending == Ending.Complete)
        {
            lease.Account.Record.Completed();
        }
        else if (ending is Ending.Broken or Ending.Stalled)
        {
            if (current.TryRent() is not { } generation)
            {
                return;
            }

            try
            {
                var how = ending == Ending.Broken ? "the answer broke off" : "the answer stalled";
                await generation.Value.Loop.NoteCutAsync(lease, how).ConfigureAwait(false);
            }
            finally
            {
                current.Return(generation);
            }
        }
    }

    /// <summary>Everything that needs a generation. What comes back is relayed without one, and the method is one of its own because the
    /// locals of an async method live as long as it runs: a stream would keep old plugins in memory.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(FailoverResult Result, TimeoutOptions Timeouts)> ServeAsync(HttpContext context, string target, RequestTrace trace, CancellationToken over)
    {
        var generation = current.Rent();
        try
        {
            var options = generation.Value.Options;
            var (isAllowed, client) = generation.Value.ClientKeys.Check(context.Request.Headers, target);
            if (!isAllowed)
            {
                return (new FailoverResult(ClientErrors.Unauthenticated), options.Timeouts);
            }

            var (body, error) = await BodyReader.ReadAsync(context.Request, options.Failover.MaxBody, memory, over).ConfigureAwait(false);
            try
            {
                var result = error is not null
                    ? new FailoverResult(error)
                    : await FailOverAsync(generation.Value, context, options.IsRelay ? QueryKey.Remove(target) : target, trace, body, client, over).ConfigureAwait(false);
                return (result, options.Timeouts);
            }
            finally
            {
                body?.Release();
            }
        }
        finally
        {
            current.Return(generation);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FailoverResult> FailOverAsync(
        Generation generation, HttpContext context, string target, RequestTrace trace, BodyBlocks? body, string? client, CancellationToken over)
    {
        if (body?.Length > LargeBody)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        // The time that the client took to send its body is none of the failover's.
        var receivedAt = timeProvider.GetTimestamp();
        var facts = meter.Recall(RequestFactsReader.Read(trace.RequestId, context.Request, FrontDoor.PathOf(target), body, client));
        (trace.Facts, trace.Decisions) = (facts, decisions.Begin(facts));
        var request = new ForwardedRequest(context.Request.Method, target, context.Request.Headers, body, facts);
        var keepAlive = generation.Options.Timeouts.KeepAlive;
        if (!facts.IsStreaming || keepAlive == TimeSpan.Zero)
        {
            return await generation.Loop.RunAsync(request, receivedAt, trace, over).ConfigureAwait(false);
        }

        var held = new HeldStream(context, keepAlive, timeProvider);
        try
        {
            return await generation.Loop.RunAsync(request, receivedAt, trace, over).ConfigureAwait(false);
        }
        finally
        {
            await held.DisposeAsync().ConfigureAwait(false);
            trace.IsHeldOpen = context.Response.HasStarted;
        }
    }

    private static async Task FailAsync(HttpContext context, RequestTrace trace, ApiError error)
    {
        if (context.Response.HasStarted && !trace.IsHeldOpen)
        {
            context.Abort();
            trace.Ending = Ending.Broken;
            return;
        }

        trace.Error = error.Message;
        try
        {
            await (trace.IsHeldOpen
                ? ErrorWriter.WriteEventAsync(context, error, trace.RequestId)
                : ErrorWriter.WriteAsync(context, error, trace.RequestId)).ConfigureAwait(false);
        }
        catch (Exception departure) when (IsDeparture(departure, context))
        {
            trace.Ending = Ending.ClientLeft;
        }
    }

    /// <summary>Whether the client has left. Reading its body may tell so before the token does.</summary>
    private static bool IsDeparture(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested);

    private void Log(HttpContext context, string target, RequestTrace trace, long receivedAt)
    {
        trace.Decisions?.Finished(trace, context.Response.StatusCode);
        var path = trace.Facts?.Path ?? FrontDoor.PathOf(target);
        var elapsedMs = timeProvider.GetElapsedTime(receivedAt).TotalMilliseconds;
        var (account, firstByteMs) = (trace.AccountId ?? "-", trace.FirstByte?.TotalMilliseconds ?? 0);
        var (tokens, hitShare) = (trace.Usage, trace.Usage.HitShare ?? 0);
        if (trace.Ending == Ending.ClientLeft)
        {
            logger.ClientLeft(
                trace.RequestId, context.Request.Method, path, account, trace.Attempts, elapsedMs, firstByteMs,
                tokens.Input, tokens.Output, tokens.CacheRead, tokens.CacheWrite, hitShare);
        }
        else if (trace.Error is { } error)
        {
            logger.RequestRefused(trace.RequestId, context.Request.Method, path, context.Response.StatusCode, account, trace.Attempts, elapsedMs, firstByteMs, error);
        }
        else if (trace.Ending != Ending.Complete)
        {
            logger.RequestCut(
                trace.RequestId, context.Request.Method, path, context.Response.StatusCode, account, trace.Attempts, elapsedMs, firstByteMs, trace.Ending,
                tokens.Input, tokens.Output, tokens.CacheRead, tokens.CacheWrite, hitShare);
        }
        else
        {
            logger.RequestServed(
                trace.RequestId, context.Request.Method, path, context.Response.StatusCode, account, trace.Attempts, elapsedMs, firstByteMs, trace.Facts?.Model ?? "-",
                tokens.Input, tokens.Output, tokens.CacheRead, tokens.CacheWrite, hitShare);
        }
    }
}
