using System.Buffers;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Hosting;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Administration;

/// <summary>Answers what is not proxied: health, readiness, status, and Claude Code's greetings. Thread-safe.</summary>
internal sealed class AdministrationEndpoint(CurrentGeneration current, StatusReport report, Draining draining, AdminEndpoint admin)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, RequestIds ids)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value);
        if (AdminEndpoint.Has(path))
        {
            await admin.HandleAsync(context, ids).ConfigureAwait(false);
        }
        else if (path is "/health" or "/ready" or "/status" && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)))
        {
            await ReportAsync(context, path, ids).ConfigureAwait(false);
        }
        else if (path is "/" or "/api/hello" && HttpMethods.IsHead(method))
        {
            // Claude Code warms up its connection with these; the API answers 200.
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        else
        {
            await ErrorWriter.WriteAsync(context, ClientErrors.UnknownPath, ids.Next()).ConfigureAwait(false);
        }
    }

    private async Task ReportAsync(HttpContext context, string path, RequestIds ids)
    {
        var generation = current.Rent();
        try
        {
            if (path == "/status" && !generation.Value.ClientKeys.Check(context.Request.Headers, FrontDoor.TargetOf(context) ?? "").IsAllowed)
            {
                await ErrorWriter.WriteAsync(context, ClientErrors.Unauthenticated, ids.Next()).ConfigureAwait(false);
                return;
            }

            var isReady = StatusReport.IsReady(generation.Value, report.Now) && !draining.HasBegun;
            var body = new ArrayBufferWriter<byte>(1024);
            switch (path)
            {
                case "/health":
                    report.WriteHealth(body, generation.Value, isReady);
                    break;
                case "/ready":
                    StatusReport.WriteReady(body, isReady);
                    context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                    break;
                default:
                    report.WriteStatus(body, generation.Value, isReady, draining);
                    break;
            }

            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = body.WrittenCount;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
            }
        }
        finally
        {
            current.Return(generation);
        }
    }
}
