using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ClaudeProxy.Failover;
using ClaudeProxy.Relay;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>Writes an error of our own as the API would.</summary>
internal static class ErrorWriter
{
    /// <summary>Answers with <paramref name="error"/>, and with nothing that was prepared before.</summary>
    public static async Task WriteAsync(HttpContext context, ApiError error, string requestId)
    {
        var response = context.Response;
        var body = Body(error, requestId);
        response.Headers.Clear();
        response.StatusCode = error.Status;
        response.Headers[RequestIds.HeaderName] = requestId;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.EndsConnection)
        {
            response.Headers.Connection = "close";
        }

        if (error.IsFinal)
        {
            response.Headers["x-should-retry"] = "false";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a stream on which nothing of an answer has been sent with <paramref name="error"/>.</summary>
    public static async Task WriteEventAsync(HttpContext context, ApiError error, string requestId)
    {
        var ending = StreamError.Event(Body(error, requestId).WrittenSpan, isBetweenLines: true);
        await context.Response.BodyWriter.WriteAsync(ending, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The error as JSON.</summary>
    public static ArrayBufferWriter<byte> Body(ApiError error, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", error.Type);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }
}
